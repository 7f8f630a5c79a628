using System.Text;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.Clients;

/// <summary>Client authentication at the token endpoint (RFC 6749 section 2.3, RFC 7523): exactly one method a request.</summary>
internal sealed class ClientAuthenticator(ClientAssertionValidator assertions)
{
    /// <summary>The client that sent the request.</summary>
    /// <exception cref="OAuthException"><c>invalid_client</c> when it is not who it says, <c>invalid_request</c> when it says two
    /// things.</exception>
    public Client Authenticate(HttpRequest request, OAuthParameters form, OrganizationDirectory directory)
    {
        var (id, secret) = (form["client_id"], form["client_secret"]);
        var assertion = form["client_assertion"];
        var authorization = request.Headers.Authorization.ToString();
        var methods = (authorization.Length > 0 ? 1 : 0) + (secret is not null ? 1 : 0) + (assertion is not null ? 1 : 0);
        if (methods > 1) throw new OAuthException("invalid_request", "Use one client authentication method.");
        if (assertion is not null) return assertions.Validate(assertion, form["client_assertion_type"], id, directory);
        if (authorization.Length > 0)
        {
            var (basicId, basicSecret) = ReadBasic(authorization);
            if (id is not null && id != basicId) throw new OAuthException("invalid_request", "client_id: is not who authenticated.");
            (id, secret) = (basicId, basicSecret);
        }

        var client = id is null ? null : directory.FindClient(id);
        if (client is null || !(secret is null ? client.IsPublic : client.HasSecret(secret))) throw Refused();
        return client;
    }

    private static (string Id, string Secret) ReadBasic(string authorization)
    {
        const string Scheme = "Basic ";
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw Refused();
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Scheme.Length..].Trim(), bytes, out var length)) throw Refused();
        var pair = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);

        // Both halves are form-encoded before they are joined (RFC 6749 section 2.3.1).
        return pair.Length == 2 ? (Unescape(pair[0]), Unescape(pair[1])) : throw Refused();
    }

    private static string Unescape(string value) => Uri.UnescapeDataString(value.Replace('+', ' '));

    private static OAuthException Refused() => new("invalid_client", "Client authentication failed.", StatusCodes.Status401Unauthorized);
}
