using System.Text.RegularExpressions;

namespace McpMesh.Adapters.Logs;

/// <summary>A file under a root.</summary>
/// <param name="Root">Folder that it must stay in.</param>
/// <param name="RelativePath">Path below it, with <c>/</c>.</param>
internal sealed partial record LogFile(string Root, string RelativePath)
{
    /// <summary>Absolute path.</summary>
    public string FullPath => Path.Combine(Root, RelativePath);

    /// <summary>Whether it is compressed.</summary>
    public bool IsCompressed => RelativePath.EndsWith(".gz", StringComparison.Ordinal);

    /// <summary>Name of the folder, which names the service where lines do not; the file's own name at the root.</summary>
    public string Service => Path.GetFileName(Path.GetDirectoryName(RelativePath)) is { Length: > 0 } folder
        ? folder
        : RotationSuffix().Replace(Path.GetFileNameWithoutExtension(RelativePath), "");

    /// <summary>The path that stays equal while the file is rotated and compressed.</summary>
    public string Family => RotationSuffix().Replace(RelativePath, "");

    [GeneratedRegex(@"([.-]\d{1,10})?(\.gz)?$", RegexOptions.CultureInvariant)]
    private static partial Regex RotationSuffix();
}
