namespace McpMesh.Audit;

/// <summary>The kinds of records.</summary>
public enum AuditEventKind
{
    /// <summary>A call is about to be made. Durable before anything is forwarded.</summary>
    Intent,

    /// <summary>How that call ended.</summary>
    Outcome,

    /// <summary>A call was refused; there is no intent.</summary>
    Denial,

    /// <summary>A token was issued for a hop.</summary>
    TokenIssued,

    /// <summary>A token request was refused.</summary>
    TokenRefused,

    /// <summary>A new policy version is in force.</summary>
    PolicyChanged,
}
