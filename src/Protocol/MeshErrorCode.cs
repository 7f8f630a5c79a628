namespace McpMesh.Protocol;

/// <summary>JSON-RPC error codes of the mesh; outside −32768…−32000, which MCP 2026-07-28 reserves.</summary>
public static class MeshErrorCode
{
    /// <summary>No valid token.</summary>
    public const int Unauthenticated = 4010;

    /// <summary>Policy says no.</summary>
    public const int Denied = 4030;

    /// <summary>A human said no.</summary>
    public const int ApprovalRefused = 4031;

    /// <summary>Same idempotency key, other arguments.</summary>
    public const int IdempotencyConflict = 4090;

    /// <summary>The call may or may not have had its effect.</summary>
    public const int OutcomeUnknown = 4091;

    /// <summary>Rate or quota.</summary>
    public const int Limited = 4290;

    /// <summary>The server answered with a failure that is not MCP.</summary>
    public const int ServerFailed = 5020;

    /// <summary>The server cannot be reached.</summary>
    public const int ServerUnavailable = 5030;

    /// <summary>The record of the call could not be made durable.</summary>
    public const int AuditUnavailable = 5031;

    /// <summary>No token for the next hop.</summary>
    public const int TokenExchangeFailed = 5032;
}
