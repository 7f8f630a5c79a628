using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.SignIn;

namespace McpMesh.DevIdp.Authorization;

/// <summary>The codes of the last minute. A redeemed one is kept that long, too, so that its second use is noticed.</summary>
internal sealed class AuthorizationCodes(TimeProvider time)
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(60);

    private readonly ExpiringStore<AuthorizationCode> _codes = new(time, capacity: 50_000);

    /// <exception cref="OAuthException">There are too many codes.</exception>
    public string Issue(AuthorizationRequest request, Authentication authentication)
    {
        var code = RandomText.Secret();
        return _codes.TryAdd(RandomText.HashOf(code), new AuthorizationCode(request, authentication), time.GetUtcNow() + s_lifetime)
            ? code
            : throw new OAuthException("temporarily_unavailable", "Too many codes.", StatusCodes.Status503ServiceUnavailable);
    }

    public AuthorizationCode? Find(string code) => _codes.TryGet(RandomText.HashOf(code), out var found) ? found : null;
}
