using System.Security.Cryptography;
using System.Text;
using Dapr;

namespace McpMesh.TokenExchange.Hops;

/// <summary>
/// The token that proves a request came through our own sidecar, which alone vouches for <c>dapr-caller-app-id</c>. Without a configured
/// token nothing can prove it, and every such request is refused.
/// </summary>
internal sealed class SidecarToken(IConfiguration configuration)
{
    private const string Header = "dapr-api-token";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(DaprDefaults.GetDefaultAppApiToken(configuration)));
    private readonly bool _isConfigured = !string.IsNullOrEmpty(DaprDefaults.GetDefaultAppApiToken(configuration));

    public bool IsFromSidecar(HttpRequest request) =>
        _isConfigured && request.Headers[Header] is { Count: 1 } values
        && CryptographicOperations.FixedTimeEquals(_expected, SHA256.HashData(Encoding.UTF8.GetBytes(values[0] ?? "")));
}
