using System.Collections.Immutable;
using McpMesh.Identity;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange.Hops;

/// <summary>A validated request for a hop.</summary>
/// <param name="Subject">The token that the caller received.</param>
/// <param name="Caller">The caller as the resource that the token names.</param>
/// <param name="Target">The next server.</param>
/// <param name="Scopes">What the method needs; all of it is in the subject token.</param>
internal sealed record HopRequest(AccessToken Subject, MeshResource Caller, MeshResource Target, ImmutableArray<string> Scopes);
