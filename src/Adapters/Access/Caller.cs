using McpMesh.Identity;

namespace McpMesh.Adapters.Access;

/// <summary>Who calls: the validated token, and the token as received for the next hop only.</summary>
internal sealed record Caller(AccessToken Token, string Compact)
{
    /// <summary>Names the token by its <c>jti</c> only.</summary>
    public override string ToString() => $"{Token.Subject} by token {Token.TokenId}";
}
