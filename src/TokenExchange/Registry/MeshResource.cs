using System.Collections.Immutable;

namespace McpMesh.TokenExchange.Registry;

/// <summary>An OAuth resource that the mesh AS issues tokens for.</summary>
/// <param name="Identifier">RFC 8707 identifier: the audience.</param>
/// <param name="AppId">Dapr app that is this resource; null for a server outside the mesh, which can ask for no hop.</param>
/// <param name="Actor">Its name in actor chains: <c>gateway</c> or the server's name.</param>
/// <param name="Server">The server that it is or, for a gateway resource of one server, leads to; null for the gateway as a whole.</param>
/// <param name="IsEntry">Whether agents get tokens for it: the gateway's resources.</param>
/// <param name="Scopes">Methods that a token for it may carry.</param>
internal sealed record MeshResource(
    string Identifier, string? AppId, string Actor, string? Server, bool IsEntry, ImmutableArray<string> Scopes);
