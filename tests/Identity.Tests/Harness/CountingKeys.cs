using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tests.Harness;

/// <summary>Keys at hand, and how often a verifier asked for them.</summary>
internal sealed class CountingKeys(SigningKey key) : IJsonWebKeySetSource
{
    private readonly JsonWebKeySet _set = new(key.PublicKey);
    private int _asked;

    public int Asked => _asked;

    public ValueTask<JsonWebKeySet> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return new(_set);
    }
}
