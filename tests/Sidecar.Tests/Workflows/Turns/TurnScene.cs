using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Tests.Workflows.Turns;

/// <summary>A history and the turns that a test makes of it, without a sidecar.</summary>
internal sealed class TurnScene
{
    public static readonly TurnContext Context = new("app", "default", "order-7", new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public HistoryIndex Past { get; private set; } = new();

    public List<HistoryEvent> History { get; private set; } = [];

    /// <summary>An instance after its first turn, in which it did <paramref name="actions"/>.</summary>
    public static TurnScene Started(params WorkflowAction[] actions) => Started(null, actions);

    public static TurnScene Started(ParentInstanceInfo? parent, params WorkflowAction[] actions)
    {
        var scene = new TurnScene();
        scene.Commit(scene.Begin(Start(parent)).Apply(Answer(actions), Context));
        return scene;
    }

    public Turn Begin(params HistoryEvent[] inbox) => Turn.Begin(Past, inbox, Context);

    public TurnOutcome Run(HistoryEvent[] inbox, params WorkflowAction[] actions) => Begin(inbox).Apply(Answer(actions), Context);

    /// <summary>What the store and the cache do with an outcome.</summary>
    public void Commit(TurnOutcome outcome)
    {
        if (outcome.NextGeneration is not null)
        {
            Past = new HistoryIndex();
            History = [];
        }

        foreach (var e in outcome.Stall is { } stall ? [stall] : outcome.Events)
        {
            Assert.True(Past.TryAdd(e), $"{e.EventTypeCase} is in the history already");
            History.Add(e);
        }
    }

    public static WorkflowResponse Answer(params WorkflowAction[] actions) =>
        new() { InstanceId = Context.InstanceId, Actions = { actions } };

    public static HistoryEvent Start(ParentInstanceInfo? parent = null) => Event(e => e.ExecutionStarted = new ExecutionStartedEvent
    {
        Name = "Order",
        Input = "input",
        ParentInstance = parent,
        WorkflowInstance = new WorkflowInstance { InstanceId = Context.InstanceId, ExecutionId = "execution-1" },
    });

    public static HistoryEvent Event(Action<HistoryEvent> fill)
    {
        var e = new HistoryEvent { EventId = -1, Timestamp = Timestamp.FromDateTimeOffset(Context.Now) };
        fill(e);
        return e;
    }

    public static HistoryEvent TaskDone(int id, string result = "r") =>
        Event(e => e.TaskCompleted = new TaskCompletedEvent { TaskScheduledId = id, Result = result });

    public static HistoryEvent TaskLost(int id) => Event(e => e.TaskFailed = new TaskFailedEvent { TaskScheduledId = id });

    public static HistoryEvent ChildDone(int id) =>
        Event(e => e.ChildWorkflowInstanceCompleted = new ChildWorkflowInstanceCompletedEvent { TaskScheduledId = id });

    public static HistoryEvent Fired(int id) => Event(e => e.TimerFired = new TimerFiredEvent { TimerId = id, FireAt = Context.Timestamp });

    public static HistoryEvent Raised(string name) => Event(e => e.EventRaised = new EventRaisedEvent { Name = name, Input = "x" });

    public static HistoryEvent Terminated(bool recurse = false) =>
        Event(e => e.ExecutionTerminated = new ExecutionTerminatedEvent { Input = "why", Recurse = recurse });

    public static WorkflowAction Task(int id, string name = "Ship") =>
        new() { Id = id, ScheduleTask = new ScheduleTaskAction { Name = name } };

    public static WorkflowAction Timer(int id) => new()
    {
        Id = id,
        CreateTimer = new CreateTimerAction { FireAt = Context.Timestamp, ExternalEvent = new TimerOriginExternalEvent { Name = "e" } },
    };

    public static WorkflowAction Child(int id, string instanceId = "") =>
        new() { Id = id, CreateChildWorkflow = new CreateChildWorkflowAction { Name = "Pack", InstanceId = instanceId, Input = "box" } };

    public static WorkflowAction Complete(int id, OrchestrationStatus status = OrchestrationStatus.Completed, string? result = "done") =>
        new() { Id = id, CompleteWorkflow = new CompleteWorkflowAction { WorkflowStatus = status, Result = result } };
}
