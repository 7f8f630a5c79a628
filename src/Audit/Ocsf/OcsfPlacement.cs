namespace McpMesh.Audit.Ocsf;

/// <summary>
/// Which values of an event have a place of their own in its OCSF class. Only the others stand in <c>unmapped.mcpmesh</c>: a value that
/// is written twice is stored, copied and parsed twice by everybody on the way.
/// </summary>
internal static class OcsfPlacement
{
    /// <summary>What stands where OCSF asks for a text that nobody knows. A value that really is this text has no place there.</summary>
    internal const string Unknown = "unknown";

    internal static bool Has(AuditEvent auditEvent, OcsfField field) => auditEvent.Kind switch
    {
        AuditEventKind.Intent or AuditEventKind.Outcome or AuditEventKind.Denial => InApiActivity(auditEvent, field),
        AuditEventKind.TokenIssued or AuditEventKind.TokenRefused => InAuthentication(auditEvent, field),
        _ => InEntityManagement(auditEvent, field),
    };

    private static bool InApiActivity(AuditEvent auditEvent, OcsfField field) => field switch
    {
        OcsfField.CallId or OcsfField.AccessTokenId or OcsfField.Method => true,
        OcsfField.Audience or OcsfField.Decision or OcsfField.TraceId => true,
        OcsfField.Operation => auditEvent.Operation != Unknown,
        OcsfField.ToolDigest => auditEvent.Method is not null,
        OcsfField.Rule or OcsfField.PolicyDigest => auditEvent.Decision is not null,
        _ => IsOfActor(field),
    };

    private static bool InAuthentication(AuditEvent auditEvent, OcsfField field) =>
        field == OcsfField.Audience ? auditEvent.Audience != Unknown : IsOfActor(field);

    private static bool InEntityManagement(AuditEvent auditEvent, OcsfField field) =>
        field == OcsfField.PolicyDigest
        || (IsOfActor(field) && (auditEvent.Subject is not null || auditEvent.ClientId is not null));

    private static bool IsOfActor(OcsfField field) => field
        is OcsfField.Subject or OcsfField.ClientId or OcsfField.Actors or OcsfField.IdJagId or OcsfField.IdJagIssuer;
}
