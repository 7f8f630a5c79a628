namespace McpMesh.Adapters.Access;

/// <summary><c>WWW-Authenticate</c> values (RFC 6750 section 3, RFC 9728 section 5.1).</summary>
internal sealed class BearerChallenge(ServedServer served)
{
    private readonly string _scopes = string.Join(' ', served.Server.Tools.Select(served.MethodOf));

    /// <summary>
    /// The metadata document of this resource: its well-known path is inserted before the resource's own (RFC 9728 section 3.1).
    /// </summary>
    public string MetadataUrl { get; } = MetadataUrlOf(served.Resource);

    /// <summary>No token, or one that is not valid.</summary>
    public string Unauthenticated(string? error) => error is null
        ? $"Bearer resource_metadata=\"{MetadataUrl}\", scope=\"{_scopes}\""
        : $"Bearer resource_metadata=\"{MetadataUrl}\", scope=\"{_scopes}\", error=\"{error}\"";

    /// <summary>The token lacks a scope that the subject may have.</summary>
    public string InsufficientScope(string scope) =>
        $"Bearer resource_metadata=\"{MetadataUrl}\", scope=\"{scope}\", error=\"insufficient_scope\"";

    private static string MetadataUrlOf(string resource)
    {
        var uri = new Uri(resource);
        return $"{uri.GetLeftPart(UriPartial.Authority)}{ResourceMetadata.WellKnown}{uri.AbsolutePath.TrimEnd('/')}";
    }
}
