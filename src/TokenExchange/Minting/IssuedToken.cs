using McpMesh.Identity;

namespace McpMesh.TokenExchange.Minting;

/// <summary>A token and its claims.</summary>
/// <param name="Compact">The bearer token.</param>
/// <param name="Claims">What it says.</param>
internal sealed record IssuedToken(string Compact, AccessToken Claims)
{
    public override string ToString() => $"access token {Claims.TokenId}";
}
