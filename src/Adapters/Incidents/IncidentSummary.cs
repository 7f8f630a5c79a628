namespace McpMesh.Adapters.Incidents;

/// <summary>A posted summary with the figures read at that moment.</summary>
internal sealed record IncidentSummary
{
    /// <summary>Identifier within the incident.</summary>
    public required string Id { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>When it was posted.</summary>
    public required DateTimeOffset PostedAt { get; init; }

    /// <summary>Subject who posted it.</summary>
    public required string PostedBy { get; init; }

    /// <summary><c>txn</c> of the call.</summary>
    public required string Transaction { get; init; }

    /// <summary>SHA-256 over the arguments.</summary>
    public required string ArgumentDigest { get; init; }

    /// <summary>Orders in the window of the incident.</summary>
    public required OrderFigures Figures { get; init; }
}
