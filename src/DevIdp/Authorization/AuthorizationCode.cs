using McpMesh.DevIdp.SignIn;

namespace McpMesh.DevIdp.Authorization;

/// <summary>What a code stands for. It belongs to one client, one redirect URI and one PKCE verifier.</summary>
internal sealed class AuthorizationCode(AuthorizationRequest request, Authentication authentication)
{
    private int _redeemed;

    public string ClientId { get; } = request.Client.Id;

    public string RedirectUri { get; } = request.RedirectUri;

    public string Scope { get; } = request.Scope;

    public string CodeChallenge { get; } = request.CodeChallenge;

    public string? Nonce { get; } = request.Nonce;

    public Authentication Authentication { get; } = authentication;

    /// <summary>The refresh tokens that came from it, to be revoked when the code turns up a second time.</summary>
    public string FamilyId { get; } = Hosting.RandomText.Identifier();

    /// <summary>True for exactly one caller.</summary>
    public bool TryRedeem() => Interlocked.Exchange(ref _redeemed, 1) == 0;
}
