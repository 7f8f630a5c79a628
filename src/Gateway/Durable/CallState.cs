using Dapr.Workflow;
using McpMesh.Gateway.Errors;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// <c>requestState</c> of MCP 2026-07-28 for a call that waits: it names the call. It proves nothing by itself: what it names must be a call
/// of the same principal, method and arguments, as the call's workflow knows them.
/// </summary>
internal sealed class CallState(DaprWorkflowClient workflows, SidecarPatience patience)
{
    // A state of the server behind goes to that server.
    private const string Prefix = "mesh:";
    private const int Longest = 128;

    public static bool IsIn(GatewayCall call) =>
        call.Envelope!.RequestState is { IsPresent: true } state && state.Of(call.Body.Span)[1..].StartsWith("mesh:"u8);

    public static string Of(CallPlace place) => Prefix + place.Id;

    /// <summary>The call that the request's state names.</summary>
    public async Task<(CallPlace? Place, GatewayError? Error)> FindAsync(GatewayCall call, CallClaim claim, CancellationToken cancellationToken)
    {
        var state = JsonSplice.Text(call.Body.Span, call.Envelope!.RequestState);
        if (state.Length > Longest || !CallIdentity.IsOne(state[Prefix.Length..])) return (null, GatewayErrors.UnknownRequestState);
        var id = state[Prefix.Length..];
        var found = await patience.RunAsync(() => workflows.GetWorkflowStateAsync(id, true, cancellationToken), cancellationToken);
        return found.Exists && found.ReadInputAs<CallOwner>()?.Claim == claim
            ? (new CallPlace(id, IsNew: false, CallIdentity.OpenKeyOf(claim), call.Decision!.ApprovalExpires + Kept), null)
            : (null, GatewayErrors.UnknownRequestState);
    }

    /// <summary>What a place among the undelivered calls gets beyond its wait; it only bounds what is forgotten anyway.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
}
