namespace McpMesh.Adapters.Mcp;

/// <summary>An argument breaks a rule: told to the model as an <c>isError</c> result, so that it can correct itself.</summary>
internal sealed class ToolInputException(string field, string rule) : Exception($"{field}: {rule}")
{
    /// <summary>Name of the argument.</summary>
    public string Field { get; } = field;

    /// <summary>The rule it breaks.</summary>
    public string Rule { get; } = rule;
}
