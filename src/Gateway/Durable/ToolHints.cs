namespace McpMesh.Gateway.Durable;

/// <summary>What a server's annotations say of a tool; what they leave out is assumed for the worst.</summary>
internal readonly record struct ToolHints(bool IsReadOnly, bool IsIdempotent);
