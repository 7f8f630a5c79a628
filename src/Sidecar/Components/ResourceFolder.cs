using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.Components;

/// <summary>
/// The resource files of --resources-path over time. A file that cannot be read or breaks a rule stands for what it said last, until it is
/// whole again: an editor may be half-way through it.
/// </summary>
/// <param name="check">Throws for the resources of a file that break a rule.</param>
internal sealed class ResourceFolder(IReadOnlyList<string> paths, Action<MeshResources> check)
{
    private Dictionary<string, MeshResources> _files = new(StringComparer.Ordinal);

    /// <summary>Reads everything; the first mistake is thrown.</summary>
    /// <exception cref="StartupException">A path is missing, or a file is unreadable, not YAML, or breaks a rule.</exception>
    public MeshResources ReadStrictly()
    {
        var resources = Read(out var problems);
        return problems.Count == 0 ? resources : throw problems[0];
    }

    /// <summary>Reads everything; a broken file keeps what it said last, or has no say yet.</summary>
    public MeshResources Read(out List<StartupException> problems)
    {
        problems = [];
        var read = new Dictionary<string, MeshResources>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            try
            {
                foreach (var file in FilesOf(path)) ReadFile(file, read, problems);
            }
            catch (Exception error) when (error is StartupException or IOException or UnauthorizedAccessException)
            {
                // A folder that is gone is a mistake, not the wish to have no component.
                problems.Add(error as StartupException ?? new StartupException($"{path}: cannot be read: {error.Message}"));
                foreach (var (file, resources) in _files)
                {
                    if (Path.GetDirectoryName(file) == path.TrimEnd(Path.DirectorySeparatorChar)) read[file] = resources;
                }
            }
        }

        _files = read;
        return MeshResources.Of(read.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value));
    }

    private void ReadFile(string file, Dictionary<string, MeshResources> read, List<StartupException> problems)
    {
        try
        {
            var resources = new MeshResources(YamlResource.ReadFile(file));
            check(resources);
            read[file] = resources;
        }
        catch (StartupException error)
        {
            problems.Add(error);
            if (_files.TryGetValue(file, out var before)) read[file] = before;
        }
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new StartupException($"--resources-path {path}: no such folder");
        return Directory.EnumerateFiles(path).Where(file => Path.GetExtension(file) is ".yaml" or ".yml").Order(StringComparer.Ordinal);
    }
}
