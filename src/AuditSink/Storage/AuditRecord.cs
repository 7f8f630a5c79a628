using McpMesh.Audit;

namespace McpMesh.AuditSink.Storage;

/// <summary>An event as it is kept: the keys it is found by, and its JSON byte for byte as it was delivered.</summary>
/// <param name="Id">Event id; a second record with it is never made.</param>
/// <param name="Transaction">Transaction of the chain of hops; null when none was readable.</param>
/// <param name="Time">Emitter's time.</param>
/// <param name="Json">OCSF JSON in UTF-8.</param>
internal sealed record AuditRecord(string Id, string? Transaction, DateTimeOffset Time, byte[] Json)
{
    internal static AuditRecord Of(AuditEvent auditEvent, byte[] json) =>
        new(auditEvent.Id, auditEvent.Transaction, auditEvent.Time, json);
}
