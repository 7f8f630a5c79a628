namespace McpMesh.Audit.Ocsf;

/// <summary>Words of <c>unmapped.mcpmesh</c> and of the values that OCSF leaves to the source.</summary>
internal static class OcsfWord
{
    internal static string Of(AuditEventKind kind) => kind switch
    {
        AuditEventKind.Intent => "intent",
        AuditEventKind.Outcome => "outcome",
        AuditEventKind.Denial => "denial",
        AuditEventKind.TokenIssued => "token-issued",
        AuditEventKind.TokenRefused => "token-refused",
        AuditEventKind.PolicyChanged => "policy-changed",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An audit event of an unknown kind has no name."),
    };

    internal static AuditEventKind? Kind(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("intent"u8) ? AuditEventKind.Intent
        : word.SequenceEqual("outcome"u8) ? AuditEventKind.Outcome
        : word.SequenceEqual("denial"u8) ? AuditEventKind.Denial
        : word.SequenceEqual("token-issued"u8) ? AuditEventKind.TokenIssued
        : word.SequenceEqual("token-refused"u8) ? AuditEventKind.TokenRefused
        : word.SequenceEqual("policy-changed"u8) ? AuditEventKind.PolicyChanged
        : null;
}
