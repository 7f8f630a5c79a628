using Dapr.Workflow;
using Grpc.Core;

namespace McpMesh.Gateway.Approvals;

/// <summary>Tells the workflow that waits that its approval has an end. If that fails it finds out by itself, later.</summary>
internal sealed partial class ApprovalBell(DaprWorkflowClient workflows, ILogger<ApprovalBell> log)
{
    public async Task RingAsync(string callId, CancellationToken cancellationToken)
    {
        try
        {
            await workflows.RaiseEventAsync(callId, ApprovalWait.Event, "", cancellationToken);
        }
        catch (RpcException e)
        {
            Log.NotRung(log, callId, e.Status.Detail);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2331, LogLevel.Warning, "Call {CallId} was not told of the end of its approval and will look later: {Reason}")]
        public static partial void NotRung(ILogger logger, string callId, string reason);
    }
}
