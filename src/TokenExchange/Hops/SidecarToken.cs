using System.Security.Cryptography;
using System.Text;
using Dapr;
using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Hops;

/// <summary>
/// The token that proves a request came through our own sidecar, which alone vouches for <c>dapr-caller-app-id</c>. Without a configured
/// token nothing can prove it, and every such request is refused.
/// </summary>
internal sealed class SidecarToken(IConfiguration configuration)
{
    private const string Header = "dapr-api-token";
    private const string CallerHeader = "dapr-caller-app-id";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(DaprDefaults.GetDefaultAppApiToken(configuration)));
    private readonly bool _isConfigured = !string.IsNullOrEmpty(DaprDefaults.GetDefaultAppApiToken(configuration));

    /// <summary>The app that asks, as its sidecar says; null when it says none.</summary>
    public static string? CallerOf(HttpRequest request) => request.Headers[CallerHeader] is { Count: 1 } values ? values[0] : null;

    /// <exception cref="OAuthException">The request did not come through the sidecar.</exception>
    public void Require(HttpRequest request)
    {
        if (!IsFromSidecar(request))
        {
            throw new OAuthException("unauthorized_client", "This endpoint answers the sidecar only.", StatusCodes.Status403Forbidden);
        }
    }

    private bool IsFromSidecar(HttpRequest request) =>
        _isConfigured && request.Headers[Header] is { Count: 1 } values
        && CryptographicOperations.FixedTimeEquals(_expected, SHA256.HashData(Encoding.UTF8.GetBytes(values[0] ?? "")));
}
