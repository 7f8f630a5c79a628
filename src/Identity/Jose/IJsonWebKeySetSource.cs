namespace McpMesh.Identity.Jose;

/// <summary>Where a verifier gets the keys of one issuer.</summary>
public interface IJsonWebKeySetSource
{
    /// <summary>The current keys; looks for newer ones first when <paramref name="keyId"/> is not among them.</summary>
    /// <param name="keyId">The <c>kid</c> that is wanted; null when the token named none.</param>
    /// <exception cref="JsonWebKeySetUnavailableException">There are no keys, and none can be had now.</exception>
    ValueTask<JsonWebKeySet> GetAsync(string? keyId, CancellationToken cancellationToken);
}
