using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Mcp;

/// <summary>One tool.</summary>
internal interface IAdapterTool
{
    /// <summary>Its definition, with a schema that names every argument (<c>additionalProperties: false</c>).</summary>
    Tool Definition { get; }

    /// <summary>Runs it. Access was decided and the intent recorded before.</summary>
    /// <exception cref="ToolInputException">An argument breaks a rule; nothing was done.</exception>
    /// <exception cref="ToolFailureException">The system behind the tool said no; nothing was half-done.</exception>
    ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken);
}
