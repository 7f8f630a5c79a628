using McpMesh.Audit;
using McpMesh.Gateway.Approvals;

namespace McpMesh.Gateway.Durable;

/// <summary>A call that belongs to no gateway: input of <see cref="CallWorkflow"/>. It holds no token, only where one can be had.</summary>
internal sealed record DurableCall
{
    /// <summary>Call id; also the workflow's instance id and the key under which our adapters keep its result.</summary>
    public required string Id { get; init; }

    /// <summary>Server in mesh.yaml.</summary>
    public required string Server { get; init; }

    /// <summary>The server's own name of the tool.</summary>
    public required string Tool { get; init; }

    /// <summary>The JSON-RPC request as the server gets it.</summary>
    public required string Message { get; init; }

    /// <summary><c>Mcp-Param-*</c> headers of the agent's request.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Scopes of the hop token, space-separated.</summary>
    public required string Scope { get; init; }

    /// <summary>Handle by which token-exchange knows on whose behalf; of use to this app only.</summary>
    public required string Delegation { get; init; }

    /// <summary>When <see cref="Delegation"/> ends.</summary>
    public required DateTimeOffset DelegationEnds { get; init; }

    /// <summary>Whether the tool may be called again after a call whose end is not known.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Whose call it is; null for one that is part of another.</summary>
    public CallClaim? Claim { get; init; }

    /// <summary>What must be approved before the call is made; null for nothing.</summary>
    public ApprovalOrder? Approval { get; init; }

    /// <summary>The record that was made before; its outcome is made from it.</summary>
    public required AuditEvent Intent { get; init; }
}
