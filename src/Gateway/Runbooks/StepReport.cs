using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Gateway.Runbooks;

/// <summary>How a step, one of its calls or a compensation ended.</summary>
internal sealed record StepReport
{
    /// <summary><c>success</c>, <c>skipped</c>, <c>denied</c>, <c>failed</c> or <c>unknown</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Id of the last call that was made; null when none was.</summary>
    public string? CallId { get; init; }

    /// <summary>Why it did not succeed: goes into the record too, so without values.</summary>
    public string? Reason { get; init; }

    /// <summary>What the tool itself said of that, for the caller only.</summary>
    public string? Detail { get; init; }

    /// <summary>The calls of a step with forEach, in the list's order; null where none was begun.</summary>
    public StepReport?[]? Items { get; init; }

    /// <summary>How taking it back ended; null when nothing was to be taken back.</summary>
    public StepReport? Compensation { get; init; }

    /// <summary>What later steps see; null unless it succeeded.</summary>
    [JsonIgnore]
    public JsonElement? Value { get; init; }

    /// <summary>Whether the next step may begin.</summary>
    [JsonIgnore]
    public bool IsGood => Outcome is "success" or "skipped";

    public static StepReport Skipped { get; } = new() { Outcome = "skipped" };

    public static StepReport Failed(string reason) => new() { Outcome = "failed", Reason = reason };
}
