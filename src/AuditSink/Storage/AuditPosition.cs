namespace McpMesh.AuditSink.Storage;

/// <summary>Place of a record in the order of reads.</summary>
/// <param name="Ticks">Emitter's time in UTC ticks of 100 ns.</param>
/// <param name="Sequence">Order of arrival.</param>
internal readonly record struct AuditPosition(long Ticks, long Sequence);
