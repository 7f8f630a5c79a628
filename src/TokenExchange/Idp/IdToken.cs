namespace McpMesh.TokenExchange.Idp;

/// <summary>What the mesh AS uses of a validated ID token.</summary>
/// <param name="Subject"><c>sub</c>.</param>
/// <param name="IssuedAt"><c>iat</c>.</param>
/// <param name="ExpiresAt"><c>exp</c>.</param>
internal sealed record IdToken(string Subject, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
