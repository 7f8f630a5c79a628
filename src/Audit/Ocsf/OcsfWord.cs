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

    internal static AuditEventKind? Kind(string word) => word switch
    {
        "intent" => AuditEventKind.Intent,
        "outcome" => AuditEventKind.Outcome,
        "denial" => AuditEventKind.Denial,
        "token-issued" => AuditEventKind.TokenIssued,
        "token-refused" => AuditEventKind.TokenRefused,
        "policy-changed" => AuditEventKind.PolicyChanged,
        _ => null,
    };
}
