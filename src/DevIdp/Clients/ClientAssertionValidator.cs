using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Clients;

/// <summary><c>private_key_jwt</c>: RFC 7523 section 3, single use.</summary>
internal sealed class ClientAssertionValidator(TimeProvider time)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static readonly TimeSpan s_longestLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(30);
    private static readonly JwsPolicy s_policy = JwsPolicy.Asymmetric();

    private readonly ExpiringStore<bool> _seen = new(time, capacity: 100_000);

    /// <exception cref="OAuthException"><c>invalid_client</c>.</exception>
    public Client Validate(string assertion, string? type, string? clientId, OrganizationDirectory directory)
    {
        if (type != AssertionType) throw Refused("client_assertion_type is not supported.");

        // Read before it is verified, only to learn whose keys to verify it with.
        var claimed = clientId ?? Unverified(assertion)?.Subject;
        var client = claimed is null ? null : directory.FindClient(claimed);
        if (client?.Keys is not { } keys) throw Refused("Client authentication failed.");
        var verified = JsonWebSignature.Verify(assertion, keys, s_policy);
        if (!verified.IsValid) throw Refused($"client_assertion: {verified.Error}.");
        var claims = JwtClaims.Read(verified.Payload, out var error) ?? throw Refused($"client_assertion: {error}.");
        RequireClaims(claims, client, directory.Settings.Issuer);
        return client;
    }

    private void RequireClaims(JwtClaims claims, Client client, string issuer)
    {
        var now = time.GetUtcNow();
        if (claims.Issuer != client.Id || claims.Subject != client.Id) throw Refused("client_assertion: iss and sub must be the client.");
        if (claims.Audience != issuer && claims.Audience != $"{issuer}/token") throw Refused("client_assertion: aud must be the issuer.");
        if (claims.ExpiresAt is not { } expires || expires <= now - s_skew) throw Refused("client_assertion: expired or without exp.");
        if (expires > now + s_longestLife + s_skew) throw Refused("client_assertion: exp is too far away.");
        if (claims.IssuedAt > now + s_skew || claims.NotBefore > now + s_skew) throw Refused("client_assertion: not valid yet.");
        if (claims.TokenId is not { Length: > 0 and <= 256 } id) throw Refused("client_assertion: jti is missing or too long.");
        if (!_seen.TryAdd($"{client.Id}\n{id}", true, expires + s_skew)) throw Refused("client_assertion: was used before.");
    }

    private static JwtClaims? Unverified(string assertion)
    {
        var parts = assertion.Length <= JsonWebSignature.MaxLength ? assertion.Split('.') : [];
        return parts.Length == 3 && Base64Url.TryDecode(parts[1], out byte[] payload) ? JwtClaims.Read(payload, out _) : null;
    }

    private static OAuthException Refused(string description) => new("invalid_client", description, StatusCodes.Status401Unauthorized);
}
