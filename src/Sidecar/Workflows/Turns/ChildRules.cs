using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Workflows.Turns;

/// <summary>Workflows that a workflow starts: children, which it hears of again, and detached ones.</summary>
internal sealed class ChildRules(HistoryIndex index, TurnContext context, TurnOutcome outcome)
{
    public void Create(WorkflowAction action, HistoryEvent created)
    {
        var child = action.CreateChildWorkflow;
        // Made of the parent's id, it is the same in every replay.
        var instanceId = child.InstanceId.Length > 0 ? child.InstanceId : DefaultId(context.InstanceId, action.Id);
        created.ChildWorkflowInstanceCreated = new ChildWorkflowInstanceCreatedEvent
        {
            InstanceId = instanceId,
            Name = child.Name,
            Version = child.Version,
            Input = child.Input,
            ParentTraceContext = index.Start?.ParentTraceContext,
        };
        if (child.HasHistoryPropagationScope)
            created.ChildWorkflowInstanceCreated.HistoryPropagationScope = child.HistoryPropagationScope;
        index.TryAdd(created);
        outcome.Events.Add(created);
        if (IsElsewhere(action.Router) is { } problem)
        {
            outcome.ToSelf.Add(Failed(context, action.Id, problem));
            return;
        }

        outcome.Children.Add(StartOf(created, index.Start!, context));
    }

    /// <summary>The start of the child that <paramref name="created"/> tells of.</summary>
    public static ChildStart StartOf(HistoryEvent created, ExecutionStartedEvent parent, TurnContext context)
    {
        var child = created.ChildWorkflowInstanceCreated;
        var started = context.NewEvent();
        started.Router = created.Router;
        started.ExecutionStarted = new ExecutionStartedEvent
        {
            Name = child.Name,
            Input = child.Input,
            WorkflowInstance = NewExecution(child.InstanceId),
            ParentTraceContext = child.ParentTraceContext,
            ParentInstance = new ParentInstanceInfo
            {
                TaskScheduledId = created.EventId,
                Name = parent.Name,
                AppID = context.AppId,
                AppNamespace = context.Namespace,
                WorkflowInstance = new WorkflowInstance
                {
                    InstanceId = context.InstanceId,
                    ExecutionId = parent.WorkflowInstance?.ExecutionId,
                },
            },
        };
        return new ChildStart(context.TargetOf(created.Router), child.InstanceId, created.EventId, started);
    }

    public void CreateDetached(WorkflowAction action, HistoryEvent created)
    {
        var detached = action.CreateDetachedWorkflow;
        if (detached.InstanceId.Length == 0)
            throw new TurnRefusedException($"action {action.Id}: createDetachedWorkflow needs an instanceId");
        if (IsElsewhere(action.Router) is { } problem) throw new TurnRefusedException($"action {action.Id}: {problem.ErrorMessage}");
        created.DetachedWorkflowInstanceCreated = new DetachedWorkflowInstanceCreatedEvent { InstanceId = detached.InstanceId };
        index.TryAdd(created);
        outcome.Events.Add(created);
        var started = context.NewEvent();
        started.ExecutionStarted = new ExecutionStartedEvent
        {
            Name = detached.Name,
            Input = detached.Input,
            ScheduledStartTimestamp = detached.ScheduledStartTimestamp,
            WorkflowInstance = NewExecution(detached.InstanceId),
            ParentTraceContext = detached.ParentTraceContext ?? index.Start?.ParentTraceContext,
            Tags = { detached.Tags },
        };
        if (detached.ExecutionId is { Length: > 0 } given) started.ExecutionStarted.WorkflowInstance.ExecutionId = given;
        outcome.Children.Add(new ChildStart(context.TargetOf(action.Router), detached.InstanceId, null, started));
    }

    /// <summary>Why a route cannot be served: apps of another namespace keep their workflows elsewhere. Null when it can.</summary>
    public TaskFailureDetails? IsElsewhere(TaskRouter? router) =>
        router is { HasTargetAppNamespace: true } && router.TargetAppNamespace.Length > 0 && router.TargetAppNamespace != context.Namespace
            ? new TaskFailureDetails
            {
                ErrorType = "WorkflowNamespaceNotReachable",
                ErrorMessage = $"app '{router.TargetAppID}' of namespace '{router.TargetAppNamespace}' cannot be reached from namespace "
                    + $"'{context.Namespace}': the embedded sidecar shares workflows within one namespace",
                IsNonRetriable = true,
            }
            : null;

    public static HistoryEvent Failed(TurnContext context, int taskId, TaskFailureDetails details)
    {
        var failed = context.NewEvent();
        failed.ChildWorkflowInstanceFailed = new ChildWorkflowInstanceFailedEvent { TaskScheduledId = taskId, FailureDetails = details };
        return failed;
    }

    public static string DefaultId(string parentId, int actionId) => $"{parentId}:{actionId:x4}";

    public static WorkflowInstance NewExecution(string instanceId) =>
        new() { InstanceId = instanceId, ExecutionId = Guid.NewGuid().ToString() };
}
