using System.Collections.Immutable;
using System.Text;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Clients;

/// <summary>A registered client.</summary>
internal sealed class Client
{
    private readonly string? _secret;

    /// <exception cref="JoseException">Its key set must not be used.</exception>
    public Client(RelyingPartyConfiguration configuration)
    {
        (Id, RedirectUris, PostLogoutRedirectUris) = (configuration.Id, configuration.RedirectUris, configuration.PostLogoutRedirectUris);
        _secret = string.IsNullOrEmpty(configuration.Secret) ? null : configuration.Secret;
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
    public bool IsPublic => _secret is null && Keys is null;

    public bool HasSecret(string secret) => _secret is not null && SecretComparison.AreEqual(_secret, secret);
}
