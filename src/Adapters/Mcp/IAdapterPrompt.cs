using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Mcp;

/// <summary>One prompt.</summary>
internal interface IAdapterPrompt
{
    /// <summary>Its definition.</summary>
    Prompt Definition { get; }

    /// <summary>Its messages for these arguments.</summary>
    /// <exception cref="ToolInputException">An argument breaks a rule.</exception>
    ValueTask<GetPromptResult> GetAsync(ToolArguments arguments, CancellationToken cancellationToken);
}
