namespace McpMesh.Configuration.Yaml;

/// <summary>Finds the overlay of an environment.</summary>
internal static class OverlayFile
{
    /// <summary>Path of the overlay beside <paramref name="path"/>; null when there is none to apply, or after an error.</summary>
    public static string? Find(string path, string? environment, ErrorCollector errors)
    {
        if (string.IsNullOrEmpty(environment))
            return null;

        // The name becomes a file name: nothing that could leave the folder.
        if (!environment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            errors.Add(new SourcePosition(path, 0, 1), FieldPath.Root,
                $"the environment '{environment}' is not a name of letters, digits, '-' and '_'");
            return null;
        }

        var folder = Path.Combine(Path.GetDirectoryName(path) ?? "", "overlays");
        var file = Path.Combine(folder, environment.ToLowerInvariant() + ".yaml");
        if (File.Exists(file))
            return file;

        if (Directory.Exists(folder))
        {
            var known = Directory.EnumerateFiles(folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
            errors.Add(
                new SourcePosition(path, 0, 1),
                FieldPath.Root,
                $"the environment '{environment}' has no file {file}; there are: {string.Join(", ", known)}");
        }

        return null;
    }
}
