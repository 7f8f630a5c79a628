using System.Collections.Immutable;

namespace McpMesh.Policy;

/// <summary>A condition beyond roles and scopes.</summary>
public sealed record PolicyRule
{
    /// <summary>Unique id; every decision that the rule made carries it.</summary>
    public required string Id { get; init; }

    /// <summary>Methods it speaks about: <c>server.tool</c>, <c>server.*</c> or <c>*</c>.</summary>
    public required ImmutableArray<string> Methods { get; init; }

    /// <summary>What must hold for the rule to match; null matches always.</summary>
    public PolicyCondition? When { get; init; }

    /// <summary>
    /// <c>deny</c>, <c>approve</c> (needs a human), <c>redact</c> or <c>limit</c>; null for a rule that only sets <see cref="Audit"/>. An
    /// effect that an enforcement point cannot bring about is a denial there.
    /// </summary>
    public string? Effect { get; init; }

    /// <summary>One sentence shown to the caller and kept in the record.</summary>
    public string? Reason { get; init; }

    /// <summary>Roles, any of which may approve a call; only with <c>approve</c>, and there at least one.</summary>
    public ImmutableArray<string> Approvers { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>How long a call waits for its approval; null is a day.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary><c>strict</c> (default: no action without a durable record) or <c>relaxed</c>.</summary>
    public string Audit { get; init; } = "strict";
}
