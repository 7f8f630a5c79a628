namespace McpMesh.Adapters.Mcp;

/// <summary>The system behind a tool refused or failed: an <c>isError</c> result with a sentence that is safe to show.</summary>
internal sealed class ToolFailureException(string reason, Exception? inner = null) : Exception(reason, inner);
