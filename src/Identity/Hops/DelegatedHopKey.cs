using McpMesh.Identity.Caching;

namespace McpMesh.Identity.Hops;

/// <summary>What a hop token of a delegation is cached by.</summary>
/// <param name="Handle">SHA-256 of the handle.</param>
/// <param name="Resource">Next server.</param>
/// <param name="Scope">Space-separated scopes.</param>
internal readonly record struct DelegatedHopKey(TokenDigest Handle, string Resource, string Scope);
