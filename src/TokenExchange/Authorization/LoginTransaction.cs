namespace McpMesh.TokenExchange.Authorization;

/// <summary>A sign-in that is under way at the IdP. Kept under the hash of its <c>state</c>, used once.</summary>
internal sealed record LoginTransaction
{
    /// <summary>The agent's request; null when the user only signs in (link of <c>login_required</c>).</summary>
    public AuthorizationRequest? Request { get; init; }

    /// <summary>Must come back in the ID token.</summary>
    public required string Nonce { get; init; }

    /// <summary>PKCE verifier toward the IdP.</summary>
    public required string CodeVerifier { get; init; }

    /// <summary>Hash of the cookie of the browser that began: nobody can be made to finish another's sign-in.</summary>
    public required string BrowserHash { get; init; }
}
