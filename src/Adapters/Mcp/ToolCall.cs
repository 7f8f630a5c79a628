using McpMesh.Adapters.Access;

namespace McpMesh.Adapters.Mcp;

/// <summary>One call of a tool.</summary>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Caller">Who calls.</param>
/// <param name="IdempotencyKey">Key of the call; null when the caller gave none.</param>
internal sealed record ToolCall(ToolArguments Arguments, Caller Caller, string? IdempotencyKey);
