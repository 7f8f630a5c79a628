using System.Collections.Immutable;
using System.Text;

namespace McpMesh.Gateway.Approvals;

/// <summary>What a call needs before it may be dispatched: part of a durable call.</summary>
internal sealed record ApprovalOrder
{
    /// <summary>Approval id.</summary>
    public required string Id { get; init; }

    /// <summary>Roles, any of which may approve.</summary>
    public required ImmutableArray<string> Approvers { get; init; }

    /// <summary>How long the call waits.</summary>
    public required TimeSpan ExpiresAfter { get; init; }

    /// <summary>Rule that asks for it.</summary>
    public required string Rule { get; init; }

    /// <summary>That rule's reason.</summary>
    public required string RuleReason { get; init; }

    /// <summary>JSON of the arguments, for the approver.</summary>
    public required string Arguments { get; init; }

    /// <summary>What the call's decision asks for; null for nothing.</summary>
    public static ApprovalOrder? Of(GatewayCall call) => call.Approval is null ? null : new()
    {
        Id = call.Approval,
        Approvers = call.Decision!.Approvers,
        ExpiresAfter = call.Decision.ApprovalExpires,
        Rule = call.Decision.Rule,
        RuleReason = call.Decision.Reason,
        Arguments = call.Envelope!.Arguments.IsPresent ? Encoding.UTF8.GetString(call.Envelope.Arguments.Of(call.Body.Span)) : "{}",
    };
}
