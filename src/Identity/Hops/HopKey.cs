namespace McpMesh.Identity.Hops;

/// <summary>What a hop token is cached by.</summary>
/// <param name="InboundTokenId"><c>jti</c> of the token that the caller received.</param>
/// <param name="Resource">Next server.</param>
/// <param name="Scope">Space-separated scopes.</param>
internal readonly record struct HopKey(string InboundTokenId, string Resource, string Scope);
