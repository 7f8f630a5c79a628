using System.Collections.Immutable;

namespace McpMesh.TokenExchange.Registry;

/// <summary>Reading, writing and matching of scopes (RFC 6749 section 3.3); a scope of the mesh is a method, <c>server.tool</c>.</summary>
internal static class ScopeSet
{
    private const int MaxScopes = 256;

    /// <summary>Splits; duplicates count once.</summary>
    /// <exception cref="OAuth.OAuthException">More scopes than any request needs.</exception>
    public static ImmutableArray<string> Parse(string? text)
    {
        if (text is null) return [];
        var scopes = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return scopes.Length <= MaxScopes
            ? scopes
            : throw new OAuth.OAuthException("invalid_scope", $"scope: more than {MaxScopes} scopes.");
    }

    /// <summary>Joins in an order that does not depend on the request, so that equal sets are equal text.</summary>
    public static string Write(IEnumerable<string> scopes) => string.Join(' ', scopes.Order(StringComparer.Ordinal));

    /// <summary>Whether <paramref name="pattern"/> (<c>server.tool</c> or <c>server.*</c>) allows <paramref name="scope"/>.</summary>
    public static bool Allows(string pattern, string scope) => pattern.EndsWith(".*", StringComparison.Ordinal)
        ? scope.Length > pattern.Length - 1 && scope.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : string.Equals(pattern, scope, StringComparison.Ordinal);
}
