using McpMesh.Identity;

namespace McpMesh.TokenExchange.Hops;

/// <summary>
/// What a redeemed ID-JAG serves: every call of the same user, session and actor chain to the same server for the same scopes.
/// </summary>
internal sealed record HopGrantKey(string Subject, string Session, ActorChain Actors, string Resource, string Scope);
