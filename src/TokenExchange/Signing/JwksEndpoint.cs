namespace McpMesh.TokenExchange.Signing;

/// <summary><c>GET /jwks</c>.</summary>
internal static class JwksEndpoint
{
    public static async Task HandleAsync(HttpContext context, SigningKeyRing ring)
    {
        var json = await ring.GetPublicJsonAsync(context.RequestAborted);
        context.Response.ContentType = "application/jwk-set+json";
        context.Response.Headers.CacheControl = "public, max-age=60";
        await context.Response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }
}
