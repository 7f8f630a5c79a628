using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>One entry of <c>rules</c>.</summary>
public sealed record RuleConfiguration
{
    /// <summary>Unique id.</summary>
    public required string Id { get; init; }

    /// <summary>Methods it speaks about: <c>server.tool</c>, <c>server.*</c> or <c>*</c>.</summary>
    public required ImmutableArray<string> Methods { get; init; }

    /// <summary>What must hold; null matches always.</summary>
    public ConditionConfiguration? When { get; init; }

    /// <summary><c>deny</c>, <c>approve</c>, <c>redact</c> or <c>limit</c>; null for a rule that only sets <see cref="Audit"/>.</summary>
    public string? Effect { get; init; }

    /// <summary>One sentence for the caller and the record.</summary>
    public string? Reason { get; init; }

    /// <summary>Roles, any of which may approve; for <c>approve</c>.</summary>
    public ImmutableArray<string> Approvers { get; init; } = [];

    /// <summary>How long a call waits for its approval; null is a day.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary><c>strict</c> or <c>relaxed</c>.</summary>
    public string Audit { get; init; } = "strict";
}
