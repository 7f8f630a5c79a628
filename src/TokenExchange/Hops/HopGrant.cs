using McpMesh.TokenExchange.CrossAppAccess;

namespace McpMesh.TokenExchange.Hops;

/// <summary>A redeemed ID-JAG and how long tokens may be minted from it.</summary>
/// <param name="Grant">What it grants.</param>
/// <param name="RenewFrom">From then on a successor is fetched while this one still serves.</param>
/// <param name="ExpiresAt">No token from it lives longer.</param>
internal sealed record HopGrant(IdJag Grant, DateTimeOffset RenewFrom, DateTimeOffset ExpiresAt);
