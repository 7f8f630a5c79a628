namespace McpMesh.Testing;

/// <summary>Copies of the mesh's configuration files that a test may change, before the start or while the mesh runs.</summary>
/// <param name="MeshYaml">Path of mesh.yaml.</param>
/// <param name="IdpYaml">Path of the development IdP's idp.yaml.</param>
public sealed record MeshFiles(string MeshYaml, string IdpYaml)
{
    /// <summary>
    /// Replaces the one occurrence of <paramref name="text"/> in <paramref name="path"/>, atomically, as an editor or a deployment would.
    /// </summary>
    /// <exception cref="InvalidOperationException">The text is not there, or more than once: the test would change something
    /// else.</exception>
    public static void Replace(string path, string text, string replacement)
    {
        var content = File.ReadAllText(path);
        var at = content.IndexOf(text, StringComparison.Ordinal);
        if (at < 0 || content.IndexOf(text, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"'{text}' must stand exactly once in {path}.");
        var draft = path + ".draft";
        File.WriteAllText(draft, content.Replace(text, replacement, StringComparison.Ordinal));
        File.Move(draft, path, overwrite: true);
    }

    internal static MeshFiles CopyTo(string folder)
    {
        var source = Path.Combine(RepositoryRoot(), "config");
        foreach (var file in Directory.EnumerateFiles(source, "*.yaml", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return new(Path.Combine(folder, "mesh.yaml"), Path.Combine(folder, "idp", "idp.yaml"));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "McpMesh.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No McpMesh.sln above {AppContext.BaseDirectory}.");
    }
}
