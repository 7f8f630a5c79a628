namespace McpMesh.Policy.Rights;

/// <summary>A scope: a method (<c>server.tool</c>), all methods of a server (<c>server.*</c>), or all methods (<c>*</c>).</summary>
internal static class ScopePattern
{
    private const string EveryMethod = "*";

    /// <summary>True when <paramref name="pattern"/> covers <paramref name="method"/>. The first dot ends the server's name.</summary>
    public static bool Covers(string pattern, string method)
    {
        if (!pattern.EndsWith('*'))
            return string.Equals(pattern, method, StringComparison.Ordinal);

        // "logs.*": the prefix up to its only dot must be the whole server name. "log*" covers nothing.
        return pattern == EveryMethod || (IsServerPattern(pattern) && method.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1)));
    }

    /// <summary>As <see cref="Covers"/>, but <c>*</c> covers nothing: no token carries every right there will ever be.</summary>
    public static bool TokenCovers(string scope, string method) => scope != EveryMethod && Covers(scope, method);

    public static bool IsValid(string? pattern, bool allowEveryMethod) =>
        pattern is { Length: > 0 and <= 256 }
        && (pattern == EveryMethod ? allowEveryMethod : pattern.Contains('*') ? IsServerPattern(pattern) : IsMethod(pattern));

    public static bool IsMethod(string text) => text.IndexOf('.') is > 0 and var dot && dot < text.Length - 1 && !text.Contains('*');

    private static bool IsServerPattern(string text) =>
        text.IndexOf('.') is > 0 and var dot && dot == text.Length - 2 && text.IndexOf('*') == text.Length - 1;
}
