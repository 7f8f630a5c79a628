namespace McpMesh.Identity;

/// <summary>A token for one hop.</summary>
/// <param name="Compact">The bearer token. Never logged, stored in clear or put into a URL.</param>
/// <param name="TokenId">Its <c>jti</c>, for records.</param>
/// <param name="ExpiresAt">When it stops being valid.</param>
public sealed record HopToken(string Compact, string TokenId, DateTimeOffset ExpiresAt)
{
    /// <summary>Value of the header <c>Authorization</c> that carries it; made once, since a token serves many calls.</summary>
    public string Authorization { get; } = "Bearer " + Compact;

    /// <summary>Names the token by its <c>jti</c> only.</summary>
    public override string ToString() => $"hop token {TokenId}";
}
