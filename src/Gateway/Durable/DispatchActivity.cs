using Dapr.Workflow;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Sends the call to its server. It may run again after a crash, so that a call is about to be sent is written before it is: who finds that
/// written by another knows that the effect may have been had.
/// </summary>
internal sealed class DispatchActivity(CallStore store, CallDispatch dispatch, ProgressBoard progress, TimeProvider time)
    : WorkflowActivity<DurableCall, DurableResult>
{
    /// <summary>Longer than any result is kept: afterwards a call id means nothing.</summary>
    private static readonly TimeSpan MarkLifetime = TimeSpan.FromHours(24);

    public override async Task<DurableResult> RunAsync(WorkflowActivityContext context, DurableCall input)
    {
        var mark = new DispatchMark(context.TaskExecutionKey, time.GetUtcNow());
        var earlier = await store.CreateAsync(KeyOf(input.Id), mark, MarkLifetime, CancellationToken.None);
        try
        {
            return await dispatch.SendAsync(input, isRepeated: earlier is not null);
        }
        finally
        {
            progress.Forget(input.Id);
        }
    }

    private static string KeyOf(string callId) => "call-dispatched-" + callId;
}
