namespace McpMesh.Sidecar.Http;

/// <summary>The parts of a request path, percent-decoded one by one so that an encoded slash stays inside its part.</summary>
internal static class PathSegments
{
    /// <summary>Splits the path after <paramref name="start"/>; '+' means a space, as in daprd.</summary>
    public static string[] Split(string path, int start)
    {
        var parts = path[start..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].AsSpan().ContainsAny('%', '+'))
                parts[i] = Uri.UnescapeDataString(parts[i].Replace('+', ' '));
        }

        return parts;
    }
}
