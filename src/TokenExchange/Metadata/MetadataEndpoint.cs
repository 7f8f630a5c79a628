using McpMesh.Configuration;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange.Metadata;

/// <summary><c>GET /.well-known/oauth-authorization-server</c>. There is no OIDC document: the mesh AS issues no ID tokens.</summary>
internal static class MetadataEndpoint
{
    public static IResult Handle(HttpContext context, MeshConfiguration mesh, ResourceRegistry resources)
    {
        var issuer = mesh.Identity.Issuer.OriginalString.TrimEnd('/');
        context.Response.Headers.CacheControl = "public, max-age=300";
        return Results.Json(
            new AuthorizationServerMetadata
            {
                Issuer = issuer,
                AuthorizationEndpoint = $"{issuer}/authorize",
                TokenEndpoint = $"{issuer}/token",
                JwksUri = $"{issuer}/jwks",
                Scopes = resources.Methods,
                ProtectedResources = resources.EntryIdentifiers,
            },
            OAuthJson.Default.AuthorizationServerMetadata);
    }
}
