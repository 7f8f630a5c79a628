using System.Text.Json;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Durable;
using McpMesh.Identity;

namespace McpMesh.Gateway.Runbooks;

/// <summary>
/// One run of a runbook: input of <see cref="RunbookWorkflow"/>. It carries the runbook as it was when the run began, so that a new
/// mesh.yaml changes no run under way.
/// </summary>
internal sealed record RunbookRun
{
    /// <summary>Call id; also the workflow's instance id. The steps' call ids begin with it.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required RunbookConfiguration Definition { get; init; }

    /// <summary>The arguments, which fit the input's schema.</summary>
    public required JsonElement Input { get; init; }

    public required RunbookCaller Caller { get; init; }

    /// <summary>Handle by which token-exchange knows on whose behalf.</summary>
    public required string Delegation { get; init; }

    public required DateTimeOffset DelegationEnds { get; init; }

    /// <summary>Largest result that is kept, in bytes.</summary>
    public required int MostBytes { get; init; }

    /// <summary>W3C trace parent of the steps; null when nobody listens.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Whose call it is.</summary>
    public CallClaim? Claim { get; init; }

    /// <summary>What must be approved before the first step; null for nothing.</summary>
    public ApprovalOrder? Approval { get; init; }

    /// <summary>The record that was made before; those of the steps and the outcome are made from it.</summary>
    public required AuditEvent Intent { get; init; }

    public static RunbookRun Of(GatewayCall call, Delegation delegation, int mostBytes) => new()
    {
        Id = call.CallId!,
        Name = call.Runbook!.Name,
        Definition = call.Runbook.Definition,
        Input = RunbookInput.Of(call),
        Caller = RunbookCaller.Of(call.Token!),
        Delegation = delegation.Handle,
        DelegationEnds = delegation.ExpiresAt,
        MostBytes = mostBytes,
        TraceParent = call.Activity?.Id,
        Claim = CallIdentity.ClaimOf(call),
        Approval = ApprovalOrder.Of(call),
        Intent = call.Intent!,
    };
}
