using System.Text;
using Dapr.Workflow;
using Grpc.Core;
using McpMesh.Configuration;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Records;
using McpMesh.Gateway.Runbooks;
using McpMesh.Gateway.Upstream;
using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>Makes sure that the workflow of a call exists, with an intent recorded before it.</summary>
internal sealed class CallStarter(
    DaprWorkflowClient workflows, IHopTokenSource hops, ToolHintSource hints, CallRecords records, SidecarPatience patience,
    MeshConfiguration mesh)
{
    /// <summary>An approver sees all of the arguments or is not asked.</summary>
    private const int MostShown = 64 * 1024;

    /// <summary>An error when the call may not begin.</summary>
    public async Task<GatewayError?> EnsureAsync(GatewayCall call, CallPlace place, CancellationToken cancellationToken)
    {
        if (call.Decision!.Kind == PolicyDecisionKind.Approve) call.Approval = ApprovalId.Of(place.Id);
        if (!place.IsNew && await ExistsAsync(place.Id, cancellationToken)) return null;
        if (call.Approval is not null && call.Envelope!.Arguments.Length > MostShown) return GatewayErrors.UnshowableArguments;
        var delegation = await hops.DelegateAsync(call.Token!, call.BearerToken, cancellationToken);
        var traits = call.Runbook is null ? await hints.GetAsync(call) : default;
        if (await records.IntendAsync(call) is { } unrecorded) return unrecorded;

        var (workflow, input) = call.Runbook is null
            ? (nameof(CallWorkflow), (object)Describe(call, delegation, traits))
            : (nameof(RunbookWorkflow), RunbookRun.Of(call, delegation, mesh.Limits.MaxKeptBytes));
        // From here on there is an intent, so the call is begun whether its agent still waits or not.
        await patience.RunAsync(async () =>
        {
            try
            {
                await workflows.ScheduleNewWorkflowAsync(workflow, place.Id, input);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
            {
                // An attempt before got through, or another replica was quicker.
            }

            return true;
        }, CancellationToken.None);
        return null;
    }

    private Task<bool> ExistsAsync(string id, CancellationToken cancellationToken) => patience.RunAsync(
        async () => (await workflows.GetWorkflowStateAsync(id, getInputsAndOutputs: false, cancellationToken)).Exists, cancellationToken);

    private static DurableCall Describe(GatewayCall call, Delegation delegation, ToolHints traits)
    {
        using var message = new PooledBuffer(call.Body.Length + 256);
        UpstreamBody.Write(call, message);
        return new DurableCall
        {
            Id = call.CallId!,
            Server = call.Server!.Name,
            Tool = call.Target!,
            Message = Encoding.UTF8.GetString(message.Span),
            Headers = call.Http.Request.Headers
                .Where(header => header.Key.StartsWith(McpHeader.ParamPrefix, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(header => header.Key, header => header.Value.ToString()),
            Scope = call.HopScope,
            Delegation = delegation.Handle,
            DelegationEnds = delegation.ExpiresAt,
            IsIdempotent = traits.IsIdempotent,
            Claim = CallIdentity.ClaimOf(call),
            Approval = ApprovalOrder.Of(call),
            Intent = call.Intent!,
        };
    }
}
