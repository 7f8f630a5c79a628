using Dapr.Workflow;
using McpMesh.Configuration;
using McpMesh.Gateway.Durable;

namespace McpMesh.Gateway.Runbooks;

/// <summary>
/// Makes the calls of a run, each as a workflow of its own under an id that follows from the run's, so that a replay is the same call. Runs
/// inside the workflow: it awaits nothing but tasks of the context.
/// </summary>
internal sealed class StepCall(WorkflowContext context, RunbookRun run)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Calls until it succeeds, or may or need not be tried again.</summary>
    /// <param name="name">What the call's id has after the run's.</param>
    /// <param name="approve">Who must agree before each attempt.</param>
    public async Task<StepReport> MakeAsync(
        string name, string method, string arguments, TimeSpan? timeout, RunbookRetryConfiguration? retry,
        RunbookApprovalConfiguration? approve = null)
    {
        var pause = retry?.First ?? default;
        for (var attempt = 1; ; attempt++)
        {
            var id = attempt == 1 ? $"{run.Id}-{name}" : $"{run.Id}-{name}_r{attempt}";
            var (report, mayRepeat) = await TryAsync(id, method, arguments, timeout, approve);
            if (report.IsGood || !mayRepeat || attempt >= (retry?.Attempts ?? 1)) return report;
            await context.CreateTimer(pause);
            var next = pause * (double)retry!.Backoff;
            pause = next < LongestPause ? next : LongestPause;
        }
    }

    private async Task<(StepReport Report, bool MayRepeat)> TryAsync(
        string id, string method, string arguments, TimeSpan? timeout, RunbookApprovalConfiguration? approve)
    {
        StepOrder order;
        try
        {
            order = await context.CallActivityAsync<StepOrder>(
                nameof(AuthorizeStepActivity),
                new StepRequest(
                    id, method, arguments, run.Caller, run.Delegation, run.DelegationEnds, run.TraceParent, run.Intent,
                    context.CurrentUtcDateTime, approve),
                CallWorkflow.Persistent);
        }
        catch (WorkflowTaskFailedException)
        {
            return (StepReport.Failed("The call could not be decided and recorded, so it was not made."), true);
        }

        if (order.Call is not { } call) return (new StepReport { Outcome = "denied", Reason = order.Refusal }, false);
        var child = context.CallChildWorkflowAsync<DurableResult>(nameof(CallWorkflow), call, new ChildWorkflowTaskOptions(id));
        if (timeout is { } limit && !await EndsInTimeAsync(child, limit))
            return (Unknown(id, "The call did not end in time; it may still have its effect."), call.IsIdempotent);

        try
        {
            var result = await child;
            return (Describe(id, result), result.Outcome != "unknown" || call.IsIdempotent);
        }
        catch (WorkflowTaskFailedException)
        {
            return (Unknown(id, "The mesh could not bring the call to its end."), call.IsIdempotent);
        }
    }

    private async Task<bool> EndsInTimeAsync(Task child, TimeSpan limit)
    {
        using var ended = new CancellationTokenSource();
        var timer = context.CreateTimer(limit, ended.Token);
        if (await Task.WhenAny(child, timer) == timer) return false;
        ended.Cancel(); // not CancelAsync: what it awaits is no task of the workflow's context
        return true;
    }

    private static StepReport Describe(string id, DurableResult result) => result.Outcome == "success"
        ? new StepReport { Outcome = "success", CallId = id, Value = StepValue.Of(result.Result!) }
        : new StepReport { Outcome = result.Outcome, CallId = id, Reason = result.Reason, Detail = StepValue.TextOf(result.Result) };

    private static StepReport Unknown(string id, string reason) => new() { Outcome = "unknown", CallId = id, Reason = reason };
}
