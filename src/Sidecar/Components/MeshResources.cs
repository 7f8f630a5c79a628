using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.Components;

/// <summary>Every resource of the folders that --resources-path names, by kind.</summary>
internal sealed class MeshResources
{
    private readonly List<YamlResource> _all = [];

    public IEnumerable<YamlResource> Of(string kind) => _all.Where(resource => resource.Kind == kind);

    /// <summary>Those whose kind is none of <paramref name="known"/>.</summary>
    public IEnumerable<YamlResource> OtherThan(params string[] known) => _all.Where(resource => !known.Contains(resource.Kind));

    /// <exception cref="StartupException">A path is missing, or a file is unreadable or not YAML.</exception>
    public static MeshResources Read(IEnumerable<string> paths)
    {
        var resources = new MeshResources();
        foreach (var file in paths.SelectMany(FilesOf)) resources._all.AddRange(YamlResource.ReadFile(file));
        return resources;
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new StartupException($"--resources-path {path}: no such folder");
        return Directory.EnumerateFiles(path).Where(file => Path.GetExtension(file) is ".yaml" or ".yml").Order(StringComparer.Ordinal);
    }
}
