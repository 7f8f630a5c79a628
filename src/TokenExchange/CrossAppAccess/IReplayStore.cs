namespace McpMesh.TokenExchange.CrossAppAccess;

/// <summary>Remembers the <c>jti</c>s of redeemed ID-JAGs until they expire.</summary>
internal interface IReplayStore
{
    /// <summary>True for the first caller of all replicas; false when the ID-JAG was redeemed before.</summary>
    ValueTask<bool> TryRedeemAsync(string issuer, string tokenId, TimeSpan remember, CancellationToken cancellationToken);
}
