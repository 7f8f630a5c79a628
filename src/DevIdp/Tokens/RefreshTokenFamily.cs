using System.Text.Json.Serialization;
using McpMesh.DevIdp.SignIn;

namespace McpMesh.DevIdp.Tokens;

/// <summary>
/// The refresh tokens that came from one sign-in, of which only the newest is valid. A token is <c>{family}.{secret}</c>: a known family
/// with
/// another secret than the newest is a token that was used before.
/// </summary>
internal sealed record RefreshTokenFamily
{
    public required string Id { get; init; }

    public required string ClientId { get; init; }

    public required string UserId { get; init; }

    public required string SessionId { get; init; }

    public required DateTimeOffset AuthenticatedAt { get; init; }

    public required string Scope { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>SHA-256 of the newest token's secret.</summary>
    public required string SecretHash { get; init; }

    public bool Revoked { get; init; }

    [JsonIgnore]
    public Authentication Authentication => new(UserId, SessionId, AuthenticatedAt);
}
