using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <summary>
/// RFC 6749 section 2.3: <c>client_secret_basic</c>, <c>client_secret_post</c>, or <c>none</c> for public clients; one method a request.
/// </summary>
internal sealed class ClientAuthenticator(ClientRegistry clients, ISecretSource secrets)
{
    private const int MaxHeader = 1024;

    /// <exception cref="OAuthException"><c>invalid_client</c>, the same text for an unknown client and for a wrong secret.</exception>
    public async ValueTask<RegisteredClient> AuthenticateAsync(HttpRequest request, OAuthForm form, CancellationToken cancellationToken)
    {
        var header = request.Headers.Authorization.ToString();
        var (id, secret) = header.Length > 0 ? ReadBasic(header) : (form["client_id"], form["client_secret"]);
        if (header.Length > 0 && (form["client_secret"] is not null || (form["client_id"] is { } named && named != id)))
        {
            throw new OAuthException("invalid_request", "The client is named in more than one way.");
        }

        if (form["client_assertion"] is not null) throw Invalid();
        var client = clients.Find(id) ?? throw Invalid();
        if (client.SecretName is null) return secret is null ? client : throw Invalid();
        if (secret is null) throw Invalid();
        var expected = await secrets.GetAsync(client.SecretName, cancellationToken);
        // Hashed first: the comparison takes as long whatever the length.
        return CryptographicOperations.FixedTimeEquals(Hash(expected), Hash(secret)) ? client : throw Invalid();
    }

    private static (string? Id, string? Secret) ReadBasic(string header)
    {
        if (header.Length > MaxHeader || !AuthenticationHeaderValue.TryParse(header, out var value)
            || !string.Equals(value.Scheme, "Basic", StringComparison.OrdinalIgnoreCase) || value.Parameter is null)
        {
            throw Invalid();
        }

        var bytes = new byte[value.Parameter.Length];
        if (!Convert.TryFromBase64String(value.Parameter, bytes, out var length)) throw Invalid();
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) throw Invalid();
        return (Decode(text[..colon]), Decode(text[(colon + 1)..]));
    }

    // Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1).
    private static string Decode(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static OAuthException Invalid() =>
        new("invalid_client", "The client is not known or did not prove who it is.", StatusCodes.Status401Unauthorized);
}
