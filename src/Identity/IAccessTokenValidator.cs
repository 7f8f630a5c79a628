namespace McpMesh.Identity;

/// <summary>Checks the bearer token that a resource received.</summary>
public interface IAccessTokenValidator
{
    /// <summary>
    /// Checks signature, <c>typ</c>, issuer, audience and times (RFC 9068 section 4). The answer is cached per token until it expires, so a
    /// call costs one hash and one look-up.
    /// </summary>
    /// <param name="compact">The token as received.</param>
    /// <param name="audience">The resource identifier that the token must name; compared exactly.</param>
    ValueTask<AccessTokenResult> ValidateAsync(string compact, string audience, CancellationToken cancellationToken);
}
