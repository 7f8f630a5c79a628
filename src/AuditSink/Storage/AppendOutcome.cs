namespace McpMesh.AuditSink.Storage;

/// <summary>What became of one record of a batch.</summary>
internal enum AppendOutcome
{
    /// <summary>Appended.</summary>
    Appended,

    /// <summary>The same record is there already: a redelivery.</summary>
    Known,

    /// <summary>Another record has its id. The first stays.</summary>
    Conflict,
}
