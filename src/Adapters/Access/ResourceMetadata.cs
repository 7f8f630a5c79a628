using System.Text.Json.Serialization;

namespace McpMesh.Adapters.Access;

/// <summary>Protected resource metadata (RFC 9728 section 2).</summary>
internal sealed record ResourceMetadata(
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("authorization_servers")] IReadOnlyList<string> AuthorizationServers,
    [property: JsonPropertyName("scopes_supported")] IReadOnlyList<string> ScopesSupported,
    [property: JsonPropertyName("bearer_methods_supported")] IReadOnlyList<string> BearerMethodsSupported,
    [property: JsonPropertyName("resource_name")] string ResourceName)
{
    /// <summary>Prefix of the document's path.</summary>
    public const string WellKnown = "/.well-known/oauth-protected-resource";

    /// <summary>The document of a server.</summary>
    public static ResourceMetadata Of(ServedServer served) => new(
        served.Resource,
        [served.Mesh.Identity.Issuer.OriginalString],
        [.. served.Server.Tools.Select(served.MethodOf)],
        ["header"],
        $"{served.Mesh.Organization} {served.Name}".Trim());
}
