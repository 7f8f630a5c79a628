using System.Collections.Immutable;

namespace McpMesh.Adapters.Incidents;

/// <summary>An incident as it is kept in state: one document, so that every change is one write.</summary>
internal sealed record Incident
{
    /// <summary>Identifier, <c>INC-</c> and 12 characters.</summary>
    public required string Id { get; init; }

    /// <summary>What happened, in one line.</summary>
    public required string Title { get; init; }

    /// <summary><c>critical</c>, <c>high</c>, <c>medium</c> or <c>low</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>Service that is affected.</summary>
    public required string Service { get; init; }

    /// <summary>More about it.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it was triggered.</summary>
    public required DateTimeOffset TriggeredAt { get; init; }

    /// <summary>Subject who triggered it.</summary>
    public required string TriggeredBy { get; init; }

    /// <summary><c>txn</c> of the call that triggered it: leads to the audit records.</summary>
    public required string Transaction { get; init; }

    /// <summary>SHA-256 over the arguments: a repeated call must carry the same.</summary>
    public required string ArgumentDigest { get; init; }

    /// <summary>Summaries, oldest first.</summary>
    public ImmutableArray<IncidentSummary> Summaries { get; init; } = [];
}
