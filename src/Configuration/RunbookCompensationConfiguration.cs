using System.Text.Json;

namespace McpMesh.Configuration;

/// <summary>Section <c>compensate</c> of a step.</summary>
public sealed record RunbookCompensationConfiguration
{
    /// <summary>The tool, <c>server.tool</c>.</summary>
    public required string Call { get; init; }

    /// <summary>Its arguments, with bindings; also to the step itself, whose value is that of the call to take back.</summary>
    public JsonElement? With { get; init; }
}
