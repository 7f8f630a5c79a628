using System.Collections.Immutable;
using System.Text.Json;

namespace McpMesh.Configuration;

/// <summary>One entry of <c>runbooks</c>: several calls as one tool. A step uses what the input and earlier steps gave.</summary>
public sealed record RunbookConfiguration
{
    /// <summary>What stands where a server's name stands in the method of a runbook; no server has this name.</summary>
    public const string ServerName = "runbooks";

    /// <summary>For the agent that chooses among tools.</summary>
    public string Description { get; init; } = "";

    /// <summary>JSON Schema of the arguments; null takes none.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>The calls, in order.</summary>
    public required ImmutableArray<RunbookStepConfiguration> Steps { get; init; }

    /// <summary>What the result's <c>output</c> is made of; null for none.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Method and scope of a runbook: <c>runbooks.{name}</c>.</summary>
    public static string MethodOf(string name) => $"{ServerName}.{name}";
}
