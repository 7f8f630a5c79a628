using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using McpMesh.DevIdp.Organization;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Clients;

/// <summary>A registered client.</summary>
internal sealed class Client
{
    private readonly byte[]? _secretHash;

    /// <exception cref="JoseException">Its key set must not be used.</exception>
    public Client(RelyingPartyConfiguration configuration)
    {
        (Id, RedirectUris, PostLogoutRedirectUris) = (configuration.Id, configuration.RedirectUris, configuration.PostLogoutRedirectUris);
        if (!string.IsNullOrEmpty(configuration.Secret)) _secretHash = Hash(configuration.Secret);
        if (configuration.Jwks is not { } jwks) return;
        Keys = JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(jwks));
        if (Keys.Keys.IsEmpty || Keys.Keys.Any(k => k.IsSymmetric)) throw new JoseException("keys: must hold public signature keys.");
    }

    public string Id { get; }

    public ImmutableArray<string> RedirectUris { get; }

    public ImmutableArray<string> PostLogoutRedirectUris { get; }

    /// <summary>Keys for <c>private_key_jwt</c>.</summary>
    public JsonWebKeySet? Keys { get; }

    /// <summary>Has no credential, so anybody can claim to be it.</summary>
    public bool IsPublic => _secretHash is null && Keys is null;

    /// <summary>Compares in constant time, whatever the lengths.</summary>
    public bool HasSecret(string secret) => _secretHash is not null && CryptographicOperations.FixedTimeEquals(_secretHash, Hash(secret));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
