namespace McpMesh.Protocol;

/// <summary>One of MCP's paged lists: what its result calls the items, and which member of an item names it to its server.</summary>
/// <param name="Method">The method.</param>
/// <param name="Items">Member of the result.</param>
/// <param name="Key">Member of an item that a gateway rewrites.</param>
public sealed record McpListKind(string Method, string Items, string Key)
{
    /// <summary>Tools by name.</summary>
    public static McpListKind Tools { get; } = new(McpMethod.ToolsList, "tools", "name");

    /// <summary>Prompts by name.</summary>
    public static McpListKind Prompts { get; } = new(McpMethod.PromptsList, "prompts", "name");

    /// <summary>Resources by URI.</summary>
    public static McpListKind Resources { get; } = new(McpMethod.ResourcesList, "resources", "uri");

    /// <summary>Resource templates by URI template.</summary>
    public static McpListKind ResourceTemplates { get; } = new(McpMethod.ResourceTemplatesList, "resourceTemplates", "uriTemplate");

    /// <summary>The list that <paramref name="method"/> asks for; null when it is no list.</summary>
    public static McpListKind? Of(string method) => method switch
    {
        McpMethod.ToolsList => Tools,
        McpMethod.PromptsList => Prompts,
        McpMethod.ResourcesList => Resources,
        McpMethod.ResourceTemplatesList => ResourceTemplates,
        _ => null,
    };
}
