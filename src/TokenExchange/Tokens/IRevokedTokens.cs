namespace McpMesh.TokenExchange.Tokens;

/// <summary>Access tokens that may not be used for a hop any more, by <c>jti</c>.</summary>
internal interface IRevokedTokens
{
    ValueTask RevokeAsync(string tokenId, CancellationToken cancellationToken);

    ValueTask<bool> IsRevokedAsync(string tokenId, CancellationToken cancellationToken);
}
