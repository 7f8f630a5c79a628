using System.Net;
using McpMesh.DevIdp.Hosting;

namespace McpMesh.DevIdp.Keys;

/// <summary><c>GET /jwks</c> and <c>POST /admin/rotate-keys</c>.</summary>
internal sealed partial class KeyEndpoints(SigningKeyRing ring, DevIdpOptions options, ILogger<KeyEndpoints> logger)
{
    public IResult Publish(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Bytes(ring.Published.ToJson(), "application/jwk-set+json");
    }

    /// <summary>Only for whoever is on this machine and holds the administrator's token.</summary>
    public IResult Rotate(HttpContext context)
    {
        var local = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
        if (!local || !IsAdministrator(context.Request)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        var key = ring.Rotate();
        Rotated(key.KeyId);
        return Results.Text($$"""{"kid":"{{key.KeyId}}"}""", "application/json");
    }

    private bool IsAdministrator(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return !string.IsNullOrEmpty(options.AdminToken) && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && SecretComparison.AreEqual(header[Scheme.Length..], options.AdminToken);
    }

    [LoggerMessage(10, LogLevel.Information, "Signing key {KeyId} is active; its predecessor stays published while its tokens live.")]
    private partial void Rotated(string keyId);
}
