namespace McpMesh.AuditSink.Storage;

/// <summary>An event as it is kept: the keys it is found by, and its JSON byte for byte as it was delivered. Texts are UTF-8.</summary>
/// <param name="Id">Event id; a second record with it is never made.</param>
/// <param name="Transaction">Transaction of the chain of hops; empty when none was readable.</param>
/// <param name="Time">Emitter's time.</param>
/// <param name="Json">OCSF JSON.</param>
internal readonly record struct AuditRecord(
    ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Transaction, DateTimeOffset Time, ReadOnlyMemory<byte> Json);
