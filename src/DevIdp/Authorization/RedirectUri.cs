using System.Collections.Immutable;

namespace McpMesh.DevIdp.Authorization;

/// <summary>Comparison of redirect URIs, on the text: parsers disagree, characters do not.</summary>
internal static class RedirectUri
{
    private static readonly string[] s_loopback = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

    /// <summary>
    /// Whether one of <paramref name="registered"/> is meant; a loopback address registered without a port matches any (RFC 8252).
    /// </summary>
    public static bool IsRegistered(ImmutableArray<string> registered, string given) =>
        registered.Any(r => string.Equals(r, given, StringComparison.Ordinal) || MatchesLoopback(r, given));

    private static bool MatchesLoopback(string registered, string given)
    {
        foreach (var host in s_loopback)
        {
            if (!registered.StartsWith(host, StringComparison.Ordinal) || !given.StartsWith(host, StringComparison.Ordinal)) continue;
            var path = registered.AsSpan(host.Length);
            var rest = given.AsSpan(host.Length);
            if ((!path.IsEmpty && path[0] != '/') || rest.IsEmpty || rest[0] != ':') return false;
            rest = rest[1..];
            var end = rest.IndexOf('/');
            var port = end < 0 ? rest : rest[..end];
            return ushort.TryParse(port, System.Globalization.NumberStyles.None, null, out _) && rest[port.Length..].SequenceEqual(path);
        }

        return false;
    }
}
