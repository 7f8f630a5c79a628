using McpMesh.Identity.Jose;

namespace McpMesh.TokenExchange.Signing;

/// <summary>The mesh AS's own public keys as a verifier wants them.</summary>
internal sealed class OwnKeySource(SigningKeyRing ring) : IJsonWebKeySetSource
{
    public ValueTask<JsonWebKeySet> GetAsync(string? keyId, CancellationToken cancellationToken) =>
        ring.GetPublicKeysAsync(cancellationToken);
}
