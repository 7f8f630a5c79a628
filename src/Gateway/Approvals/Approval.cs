using System.Collections.Immutable;

namespace McpMesh.Gateway.Approvals;

/// <summary>
/// The record of an approval, in state only: it holds the arguments, which no log has. Its status changes once, by ETag, so there is one
/// decision whoever decides at the same time.
/// </summary>
internal sealed record Approval
{
    /// <summary>Approval id.</summary>
    public required string Id { get; init; }

    /// <summary>The call that waits: also the id of its workflow.</summary>
    public required string CallId { get; init; }

    /// <summary>Who asks, <c>iss|sub</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Through which agent.</summary>
    public required string Client { get; init; }

    /// <summary>Mesh method of the call.</summary>
    public required string Method { get; init; }

    /// <summary>JSON of its arguments, whole: nobody approves what is not shown.</summary>
    public required string Arguments { get; init; }

    /// <summary>Their digest, as the audit log has it.</summary>
    public string? ArgumentDigest { get; init; }

    /// <summary>Rule that asks.</summary>
    public required string Rule { get; init; }

    /// <summary>That rule's reason.</summary>
    public required string Reason { get; init; }

    /// <summary>Roles, any of which may decide.</summary>
    public required ImmutableArray<string> Approvers { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public ApprovalStatus Status { get; init; }

    /// <summary>Who decided, <c>iss|sub</c>; null while nobody has.</summary>
    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>In the words of who decided.</summary>
    public string? Why { get; init; }
}
