using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

internal static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Information, "Waiting for work of the sidecar")]
    public static partial void StreamOpened(this ILogger logger);

    [LoggerMessage(2, LogLevel.Warning, "The stream of work items ended ({Reason}); opening it again in {Delay}")]
    public static partial void StreamLost(this ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(3, LogLevel.Debug, "The sidecar cannot be reached ({Reason}); trying again in {Delay}")]
    public static partial void SidecarAway(this ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(4, LogLevel.Warning, "The sidecar did not answer the keep-alive ({Reason}); the stream is opened again")]
    public static partial void KeepAliveFailed(this ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Error, "Workflow {Workflow}, instance {InstanceId}: {Member} reached its context from outside of the " +
        "turn. The workflow awaits something that is no task of its context, and cannot be replayed")]
    public static partial void OutsideOfTurn(this ILogger logger, string workflow, string instanceId, string member);

    [LoggerMessage(6, LogLevel.Error, "Workflow {Workflow}, instance {InstanceId} fails: {Reason}")]
    public static partial void WorkflowFails(this ILogger logger, string workflow, string instanceId, string reason);

    [LoggerMessage(7, LogLevel.Warning, "Activity {Activity} of instance {InstanceId} failed")]
    public static partial void ActivityFailed(this ILogger logger, Exception error, string activity, string instanceId);

    [LoggerMessage(8, LogLevel.Error, "Instance {InstanceId}: no {Kind} is registered under the name {Name}")]
    public static partial void NotRegistered(this ILogger logger, string kind, string name, string instanceId);

    [LoggerMessage(9, LogLevel.Warning, "The sidecar did not take the result of {Kind} {Name} of instance {InstanceId}: {Reason}")]
    public static partial void ResultRefused(this ILogger logger, string kind, string name, string instanceId, string reason);

    [LoggerMessage(10, LogLevel.Information, "Stopping: {Count} work items are still running")]
    public static partial void Draining(this ILogger logger, int count);

    [LoggerMessage(11, LogLevel.Warning, "Stopped while work items were running; the sidecar gives them out again")]
    public static partial void LeftRunning(this ILogger logger);

    [LoggerMessage(12, LogLevel.Warning, "A work item of a kind that this worker does not know was left out")]
    public static partial void UnknownItem(this ILogger logger);

    [LoggerMessage(13, LogLevel.Error, "A work item failed in the worker; the sidecar gives it out again")]
    public static partial void ItemFailed(this ILogger logger, Exception error);

    [LoggerMessage(14, LogLevel.Critical, "The worker failed and takes no more work")]
    public static partial void WorkerFailed(this ILogger logger, Exception error);

    [LoggerMessage(15, LogLevel.Error, "Instance {InstanceId}: a turn has been running for {Time}. The workflow seems to block its " +
        "thread (Result, Wait, a lock, a web call): it never ends if it waits for a task of its context")]
    public static partial void LongTurn(this ILogger logger, string instanceId, TimeSpan time);
}
