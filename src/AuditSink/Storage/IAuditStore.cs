namespace McpMesh.AuditSink.Storage;

/// <summary>An append-only store of audit records in order of arrival.</summary>
internal interface IAuditStore
{
    /// <summary>Appends the records in order, all or none; when it returns they survive a crash of process and machine.</summary>
    /// <returns>One outcome per record.</returns>
    ValueTask<IReadOnlyList<AppendOutcome>> AppendAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken);

    /// <summary>Records of one transaction by time, then arrival.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="after">Position behind which to start; null for the first.</param>
    /// <param name="limit">Most records.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<IReadOnlyList<byte[]>> ReadTransactionAsync(
        string transaction, AuditPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>All records by time, then arrival.</summary>
    /// <param name="after">Position behind which to start; null for the first.</param>
    /// <param name="limit">Most records.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<IReadOnlyList<byte[]>> ReadRangeAsync(AuditPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>JSON of one record; null when there is none.</summary>
    ValueTask<byte[]?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Position of one record in the order of reads; null when there is none.</summary>
    ValueTask<AuditPosition?> LocateAsync(string id, CancellationToken cancellationToken);
}
