using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Incidents;

/// <summary>The argument <c>incidentId</c>.</summary>
internal static class IncidentId
{
    /// <summary>Reads it; letters, digits and dashes only, since it becomes part of a state key.</summary>
    public static string Read(ToolArguments arguments)
    {
        var id = arguments.RequiredText("incidentId", 32);
        return id.All(character => char.IsAsciiLetterOrDigit(character) || character == '-') ? id : throw Unknown();
    }

    /// <summary>There is no such incident.</summary>
    public static ToolInputException Unknown() => new("incidentId", "there is no such incident.");
}
