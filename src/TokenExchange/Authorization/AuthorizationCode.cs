namespace McpMesh.TokenExchange.Authorization;

/// <summary>What an authorization code stands for. Kept under the code's hash.</summary>
internal sealed record AuthorizationCode
{
    public required AuthorizationRequest Request { get; init; }

    public required string SessionId { get; init; }

    /// <summary>No redemption from then on; the entry itself stays a while to recognise a second use.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Family of the refresh token that the code gave; null while it is unused.</summary>
    public string? RefreshFamily { get; init; }

    /// <summary><c>jti</c> of the access token that it gave.</summary>
    public string? AccessTokenId { get; init; }
}
