namespace McpMesh.Policy;

/// <summary>How a request was decided.</summary>
public enum PolicyDecisionKind
{
    /// <summary>Denied: no role, unknown method, an actor without the right, or a deny rule.</summary>
    Deny,

    /// <summary>
    /// Denied only because the token lacks the scope: the roles would allow it, so stepping up helps (403 <c>insufficient_scope</c>).
    /// </summary>
    InsufficientScope,

    /// <summary>Permitted.</summary>
    Permit,

    /// <summary>Permitted once a human has approved.</summary>
    Approve,
}
