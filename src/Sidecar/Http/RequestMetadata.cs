namespace McpMesh.Sidecar.Http;

/// <summary>Reads <c>metadata.key=value</c> query parameters: the prefix is case-sensitive and the first value wins.</summary>
internal static class RequestMetadata
{
    private const string Prefix = "metadata.";

    public static Dictionary<string, string> Read(IQueryCollection query)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in query)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
                metadata.TryAdd(name[Prefix.Length..], values[0] ?? "");
        }

        return metadata;
    }
}
