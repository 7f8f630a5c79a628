namespace McpMesh.TokenExchange.State;

/// <summary>A value as it was read.</summary>
/// <param name="Value">The value.</param>
/// <param name="ETag">Its version.</param>
internal sealed record Stored<T>(T Value, string ETag) where T : class;
