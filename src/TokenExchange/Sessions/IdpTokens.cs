namespace McpMesh.TokenExchange.Sessions;

/// <summary>The tokens that the IdP gave the mesh AS for one user. Only ever at rest inside <see cref="SessionCipher"/>.</summary>
/// <param name="IdToken">ID token for the mesh AS's client id.</param>
/// <param name="RefreshToken">Refresh token; null when the IdP gave none.</param>
internal sealed record IdpTokens(string IdToken, string? RefreshToken)
{
    public override string ToString() => "IdP tokens";
}
