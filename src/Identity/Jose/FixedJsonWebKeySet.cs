namespace McpMesh.Identity.Jose;

/// <summary>Keys that are given, e.g. those that a client registered.</summary>
public sealed class FixedJsonWebKeySet(JsonWebKeySet keys) : IJsonWebKeySetSource
{
    /// <inheritdoc/>
    public ValueTask<JsonWebKeySet> GetAsync(string? keyId, CancellationToken cancellationToken) => ValueTask.FromResult(keys);
}
