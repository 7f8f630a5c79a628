using System.Collections.Immutable;
using System.Text;
using McpMesh.Identity.Jose;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Signing;

/// <summary>The keys of the secret <c>signing-key</c>: the first signs, all are published, so that keys rotate without a gap.</summary>
internal sealed class SigningKeyRing(ISecretSource secrets)
{
    private const string SecretName = "signing-key";

    private volatile Ring? _ring;

    /// <summary>The key that signs now.</summary>
    public async ValueTask<SigningKey> GetActiveAsync(CancellationToken cancellationToken) => (await LoadAsync(cancellationToken)).Keys[0];

    /// <summary>The public JWK set, UTF-8.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> GetPublicJsonAsync(CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).PublicJson;

    /// <summary>The public keys, to verify our own tokens without asking ourselves over HTTP.</summary>
    public async ValueTask<JsonWebKeySet> GetPublicKeysAsync(CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).Public;

    private async ValueTask<Ring> LoadAsync(CancellationToken cancellationToken)
    {
        var secret = await secrets.GetAsync(SecretName, cancellationToken);
        if (_ring is { } present && string.Equals(present.Secret, secret, StringComparison.Ordinal)) return present;
        var keys = SigningKey.FromJwkSet(Encoding.UTF8.GetBytes(secret));
        var published = new JsonWebKeySet(keys.Select(key => key.PublicKey));
        return _ring = new(secret, keys, published, published.ToJson());
    }

    private sealed record Ring(string Secret, ImmutableArray<SigningKey> Keys, JsonWebKeySet Public, ReadOnlyMemory<byte> PublicJson);
}
