using McpMesh.Identity.Caching;
using McpMesh.Identity.Jose;
using McpMesh.Identity.Tokens;

namespace McpMesh.Identity.Validation;

/// <summary>RFC 9068 section 4 for tokens of one issuer.</summary>
/// <param name="issuer">The mesh authorization server; compared exactly.</param>
/// <param name="keys">Its keys.</param>
/// <param name="time">The clock.</param>
public sealed class AccessTokenValidator(string issuer, IJsonWebKeySetSource keys, TimeProvider time) : IAccessTokenValidator
{
    /// <summary>How far the clocks of issuer and resource may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>The error of a token that is good in itself but names another audience.</summary>
    public const string ForAnotherResource = "token is for another resource";

    private const int CacheCapacity = 20_000;

    private static readonly JwsPolicy s_policy = JwsPolicy.Es256(AccessTokenWriter.Type);

    private readonly GenerationCache<TokenDigest, AccessToken> _signed = new(CacheCapacity);

    /// <inheritdoc/>
    /// <exception cref="JsonWebKeySetUnavailableException">The issuer's keys cannot be had: the token is neither right nor
    /// wrong.</exception>
    public ValueTask<AccessTokenResult> ValidateAsync(string compact, string audience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(compact);
        if (compact.Length > JsonWebSignature.MaxLength) return new(AccessTokenResult.Refuse("token is too long"));
        var digest = TokenDigest.Of(compact);
        // Only tokens that the issuer signed are kept: anything else would let anybody fill the cache.
        return _signed.TryGet(digest, out var token)
            ? new(Check(token, audience))
            : VerifyAsync(compact, digest, audience, cancellationToken);
    }

    private async ValueTask<AccessTokenResult> VerifyAsync(
        string compact, TokenDigest digest, string audience, CancellationToken cancellationToken)
    {
        var signature = await JsonWebSignature.VerifyAsync(compact, keys, s_policy, cancellationToken).ConfigureAwait(false);
        if (!signature.IsValid) return AccessTokenResult.Refuse(signature.Error!);
        if (!AccessTokenReader.TryRead(signature.Payload, out var token, out var error)) return AccessTokenResult.Refuse(error);
        // Audience and time are looked at on every call, so a signed token may be kept whatever they say.
        _signed.Set(digest, token);
        return Check(token, audience);
    }

    // Runs on every call, also for a cached token: its audience and its time are not the cache's to decide.
    private AccessTokenResult Check(AccessToken token, string audience)
    {
        var now = time.GetUtcNow();
        return !string.Equals(token.Issuer, issuer, StringComparison.Ordinal) ? AccessTokenResult.Refuse("token is from another issuer")
            : !string.Equals(token.Audience, audience, StringComparison.Ordinal) ? AccessTokenResult.Refuse(ForAnotherResource)
            : now >= token.ExpiresAt + Skew ? AccessTokenResult.Refuse("token expired")
            : token.IssuedAt > now + Skew ? AccessTokenResult.Refuse("token is from the future")
            : token.ExpiresAt <= token.IssuedAt ? AccessTokenResult.Refuse("token ends before it begins")
            : AccessTokenResult.Accept(token);
    }
}
