namespace McpMesh.Audit.Ocsf;

/// <summary>The OCSF 1.8.0 classes that the mesh emits.</summary>
internal readonly record struct OcsfClass(int Category, int Class, string Name, int Activity)
{
    /// <summary>A call, and what became of it. MCP methods are none of Create, Read, Update, Delete: activity 99 names its own.</summary>
    internal static readonly OcsfClass ApiActivity = new(6, 6003, "API Activity", 99);

    /// <summary>A token for a hop. The nearest activity speaks of Kerberos tickets: activity 99 names its own.</summary>
    internal static readonly OcsfClass Authentication = new(3, 3002, "Authentication", 99);

    /// <summary>A policy version: activity 3, Update.</summary>
    internal static readonly OcsfClass EntityManagement = new(3, 3004, "Entity Management", 3);

    internal int Type => Class * 100 + Activity;

    internal static OcsfClass Of(AuditEventKind kind) => kind switch
    {
        AuditEventKind.Intent or AuditEventKind.Outcome or AuditEventKind.Denial => ApiActivity,
        AuditEventKind.TokenIssued or AuditEventKind.TokenRefused => Authentication,
        AuditEventKind.PolicyChanged => EntityManagement,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An audit event of an unknown kind has no OCSF class."),
    };
}
