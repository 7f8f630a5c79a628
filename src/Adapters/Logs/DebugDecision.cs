namespace McpMesh.Adapters.Logs;

/// <summary>What the first call with a key decided, kept before it is done: a repetition raises to the same level until the same time.</summary>
/// <param name="Level">The level.</param>
/// <param name="ArgumentDigest">SHA-256 over the arguments.</param>
internal sealed record DebugDecision(DebugLevel Level, string ArgumentDigest);
