namespace McpMesh.Gateway.Routing;

/// <summary>
/// Resource URIs on <c>/mcp</c>, where several servers may use the same ones: <c>mesh+{server}:{original URI}</c>. Reversible without a
/// table, so any replica can route a read. <c>/mcp/{server}</c> shows the original URIs.
/// </summary>
internal static class ResourceUri
{
    private const string Prefix = "mesh+";

    public static string Wrap(string server, string uri) => $"{Prefix}{server}:{uri}";

    public static bool TryUnwrap(string wrapped, out string server, out string uri)
    {
        var colon = wrapped.StartsWith(Prefix, StringComparison.Ordinal) ? wrapped.IndexOf(':', Prefix.Length) : -1;
        (server, uri) = colon < 0 ? ("", "") : (wrapped[Prefix.Length..colon], wrapped[(colon + 1)..]);
        return server.Length > 0 && uri.Length > 0;
    }
}
