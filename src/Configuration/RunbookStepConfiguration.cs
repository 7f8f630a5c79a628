using System.Text.Json;

namespace McpMesh.Configuration;

/// <summary>One entry of <c>runbooks.{name}.steps</c>.</summary>
public sealed record RunbookStepConfiguration
{
    /// <summary>Unique within the runbook: <c>[a-z0-9-]+</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The tool, <c>server.tool</c>.</summary>
    public required string Call { get; init; }

    /// <summary>Its arguments, with bindings; null for none.</summary>
    public JsonElement? With { get; init; }

    /// <summary>What must hold, else the step is skipped; null runs it always.</summary>
    public RunbookConditionConfiguration? When { get; init; }

    /// <summary>Runs the step once for every item of a list; null runs it once.</summary>
    public RunbookLoopConfiguration? ForEach { get; init; }

    /// <summary>Longest that one call of it may take; null leaves that to <see cref="LimitsConfiguration.CallTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How a call that failed is tried again; null tries once.</summary>
    public RunbookRetryConfiguration? Retry { get; init; }

    /// <summary>The call that takes this one back when a later step fails; null when nothing does.</summary>
    public RunbookCompensationConfiguration? Compensate { get; init; }

    /// <summary>Who must agree before the step; null for nobody.</summary>
    public RunbookApprovalConfiguration? Approve { get; init; }
}
