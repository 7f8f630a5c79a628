namespace McpMesh.Adapters.Mcp;

/// <summary>What one kind of adapter offers over MCP.</summary>
internal interface IAdapter
{
    /// <summary>Told to the model: what the server is for.</summary>
    string Instructions { get; }

    /// <summary>The tool whose right also covers the server's resources and prompts, which show the same data.</summary>
    string ReadTool { get; }

    /// <summary>The tools, in the order they are listed.</summary>
    IReadOnlyList<IAdapterTool> Tools { get; }

    /// <summary>The resources; null when there are none.</summary>
    IAdapterResources? Resources { get; }

    /// <summary>The prompts, in the order they are listed.</summary>
    IReadOnlyList<IAdapterPrompt> Prompts { get; }
}
