using McpMesh.Sidecar.Expressions;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Sends the events that match to a path of their own.</summary>
/// <param name="Match">Null for every event.</param>
internal sealed record RouteRule(CelExpression? Match, string Path)
{
    /// <exception cref="FormatException">The condition is not served; names it, the place in it and the rule.</exception>
    public static RouteRule Parse(string? match, string path)
    {
        try
        {
            return new RouteRule(string.IsNullOrWhiteSpace(match) ? null : CelExpression.Parse(match.Trim()), AbsolutePath(path));
        }
        catch (FormatException error)
        {
            throw new FormatException($"match '{match}': {error.Message}");
        }
    }

    // Dapr.AspNetCore announces routes without the slash.
    private static string AbsolutePath(string path) => path.StartsWith('/') ? path : "/" + path;
}
