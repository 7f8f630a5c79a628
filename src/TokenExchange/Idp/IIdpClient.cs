using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Idp;

/// <summary>
/// The mesh AS as client of the IdP's token endpoint. Every method throws <see cref="OAuthException"/> (503) when the IdP cannot be
/// reached.
/// </summary>
internal interface IIdpClient
{
    /// <summary>Redeems an authorization code.</summary>
    /// <exception cref="IdpRefusedException">The IdP refused.</exception>
    Task<IdpTokenResponse> RedeemCodeAsync(string code, string codeVerifier, Uri redirectUri, CancellationToken cancellationToken);

    /// <summary>Uses a refresh token; the answer holds a new ID token and normally a new refresh token.</summary>
    /// <exception cref="IdpRefusedException">The IdP refused.</exception>
    Task<IdpTokenResponse> RefreshAsync(string refreshToken, CancellationToken cancellationToken);

    /// <summary>Exchanges the user's ID token for an ID-JAG for one resource (Cross-App Access, leg 1).</summary>
    /// <exception cref="IdpRefusedException">The IdP refused.</exception>
    Task<string> GetIdJagAsync(string idToken, string resource, string scope, CancellationToken cancellationToken);
}
