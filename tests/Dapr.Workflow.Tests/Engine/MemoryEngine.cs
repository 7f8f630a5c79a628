using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Dapr.Workflow.Worker;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using EventCase = Dapr.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace WorkflowTests.Engine;

/// <summary>
/// A sidecar's engine in memory, by the rules of <c>dtgo</c>, that throws dice for everything it may choose: which instance has a turn and
/// how much of its inbox goes into it, when an activity runs and whether its result is lost, when a timer fires and an event comes, when
/// an instance is held. Every turn starts from the history alone, as after a restart of the worker.
/// </summary>
internal sealed class MemoryEngine
{
    private const int MostMoves = 20_000;
    private readonly Random _dice;
    private readonly WorkflowItemHandler _workflows;
    private readonly ActivityItemHandler _activities;
    private readonly List<Instance> _instances = [];
    private readonly List<(Instance Instance, int Generation, ActivityRequest Request)> _calls = [];
    private readonly List<(Instance Instance, int Generation, DateTime FireAt, int Id)> _timers = [];
    private readonly List<(Instance Instance, string Name, string Payload)> _events = [];
    private DateTime _now = new(2026, 8, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <param name="seed">Of the dice.</param>
    /// <param name="configure">What the worker runs.</param>
    /// <param name="services">Scopes for it.</param>
    public MemoryEngine(int seed, Action<WorkflowRuntimeOptions> configure, IServiceScopeFactory services)
    {
        _dice = new Random(seed);
        var options = new WorkflowRuntimeOptions();
        configure(options);
        var factory = new WorkflowsFactory();
        options.ApplyRegistrations(factory);
        var serializer = new JsonDaprSerializer();
        _workflows = new WorkflowItemHandler(services, factory, serializer, NullLoggerFactory.Instance);
        _activities = new ActivityItemHandler(services, factory, serializer, NullLogger<ActivityItemHandler>.Instance);
    }

    /// <summary>Told the history of each run at its end.</summary>
    public Action<Instance> RunEnded { get; set; } = _ => { };

    /// <summary>An event that comes to the instance at some time.</summary>
    public void WillRaise(string instanceId, string name, string payload) =>
        _events.Add((_instances.Single(instance => instance.Id == instanceId), name, payload));

    /// <summary>Runs the workflow to its end.</summary>
    public CompleteWorkflowAction Run(string workflow, string input)
    {
        var root = Create("root", workflow, input, null, 0);
        for (var move = 0; root.End is null; move++)
        {
            Assert.True(move < MostMoves, "the instance does not come to its end");
            Move();
        }
        return root.End;
    }

    private void Move()
    {
        _now += TimeSpan.FromSeconds(_dice.Next(60));
        var turns = _instances.Where(instance => instance.End is null && instance.Inbox.Count > 0).ToArray();
        var due = _timers.Count > 0 ? _timers.MinBy(timer => timer.FireAt) : default;
        switch (_dice.Next(10))
        {
            case < 4 when turns.Length > 0:
                Turn(turns[_dice.Next(turns.Length)]);
                break;
            case < 6 when _calls.Count > 0:
                RunActivity(_dice.Next(_calls.Count));
                break;
            case < 7 when _events.Count > 0:
                Raise(_dice.Next(_events.Count));
                break;
            case < 8 when due.Instance is not null:
                Fire(due);
                break;
            case 8:
                Hold(_instances[_dice.Next(_instances.Count)]);
                break;
            default:
                Assert.True(
                    turns.Length + _calls.Count + _events.Count + _timers.Count > 0 || _instances.Exists(instance => instance.Suspended),
                    "nothing can happen any more, and the instance waits");
                break;
        }
    }

    private Instance Create(string id, string workflow, string input, Instance? parent, int parentTask)
    {
        Assert.DoesNotContain(_instances, instance => instance.Id == id);
        var created = new Instance(id, parent, parentTask);
        _instances.Add(created);
        created.Inbox.Add(Start(created, workflow, input));
        return created;
    }

    private HistoryEvent Start(Instance instance, string workflow, string input)
    {
        var bytes = new byte[16];
        _dice.NextBytes(bytes);
        instance.ExecutionId = new Guid(bytes).ToString();
        return new HistoryEvent
        {
            EventId = -1,
            Timestamp = Timestamp.FromDateTime(_now),
            ExecutionStarted = new() { Name = workflow, Input = input },
        };
    }

    private void Turn(Instance instance)
    {
        var count = _dice.Next(1, instance.Inbox.Count + 1);
        HistoryEvent[] news =
        [
            new() { EventId = -1, Timestamp = Timestamp.FromDateTime(_now), WorkflowStarted = new() },
            .. WithoutSecondOutcomes(instance, instance.Inbox.Take(count)),
        ];
        var response = Respond(instance, instance.History, news);
        Assert.Equal(response, Respond(instance, instance.History, news));
        // All of it at once, as if it had been one turn, comes to the same.
        Assert.Equal(response.Actions, Respond(instance, [], [.. instance.History, .. news]).Actions);
        // The worker died, or its answer was lost.
        if (_dice.Next(5) == 0) return;
        instance.Inbox.RemoveRange(0, count);
        instance.History.AddRange(news);
        foreach (var action in response.Actions) Apply(instance, action);
    }

    private WorkflowResponse Respond(Instance instance, IReadOnlyList<HistoryEvent> past, HistoryEvent[] news)
    {
        var request = new WorkflowRequest { InstanceId = instance.Id, ExecutionId = instance.ExecutionId, NewEvents = { news } };
        var turn = _workflows.HandleAsync(request, past);
        Assert.True(turn.IsCompletedSuccessfully);
        return turn.Result;
    }

    private static HistoryEvent[] WithoutSecondOutcomes(Instance instance, IEnumerable<HistoryEvent> events)
    {
        var known = instance.History.Select(OutcomeOf).ToHashSet();
        return [.. events.Where(happened => OutcomeOf(happened) is not { } outcome || known.Add(outcome))];
    }

    private static (string Kind, int Id)? OutcomeOf(HistoryEvent happened) => happened.EventTypeCase switch
    {
        EventCase.TaskCompleted => ("task", happened.TaskCompleted.TaskScheduledId),
        EventCase.TaskFailed => ("task", happened.TaskFailed.TaskScheduledId),
        EventCase.TimerFired => ("timer", happened.TimerFired.TimerId),
        EventCase.ChildWorkflowInstanceCompleted => ("child", happened.ChildWorkflowInstanceCompleted.TaskScheduledId),
        EventCase.ChildWorkflowInstanceFailed => ("child", happened.ChildWorkflowInstanceFailed.TaskScheduledId),
        _ => null,
    };

    private void Apply(Instance instance, WorkflowAction action)
    {
        switch (action.WorkflowActionTypeCase)
        {
            case WorkflowAction.WorkflowActionTypeOneofCase.ScheduleTask:
                var call = action.ScheduleTask;
                instance.History.Add(new()
                {
                    EventId = action.Id,
                    TaskScheduled = new() { Name = call.Name, Input = call.Input, TaskExecutionId = call.TaskExecutionId },
                });
                _calls.Add((instance, instance.Generation, new()
                {
                    Name = call.Name,
                    Input = call.Input,
                    TaskId = action.Id,
                    TaskExecutionId = call.TaskExecutionId,
                    WorkflowInstance = new() { InstanceId = instance.Id },
                }));
                break;
            case WorkflowAction.WorkflowActionTypeOneofCase.CreateTimer:
                instance.History.Add(new() { EventId = action.Id, TimerCreated = Recorded(action.CreateTimer) });
                if (action.CreateTimer.FireAt.Seconds < 253402300799)
                    _timers.Add((instance, instance.Generation, action.CreateTimer.FireAt.ToDateTime(), action.Id));
                break;
            case WorkflowAction.WorkflowActionTypeOneofCase.CreateChildWorkflow:
                var child = action.CreateChildWorkflow;
                instance.History.Add(new()
                {
                    EventId = action.Id,
                    ChildWorkflowInstanceCreated = new() { InstanceId = child.InstanceId, Name = child.Name, Input = child.Input },
                });
                Create(child.InstanceId, child.Name, child.Input, instance, action.Id);
                break;
            case WorkflowAction.WorkflowActionTypeOneofCase.CompleteWorkflow:
                Complete(instance, action.CompleteWorkflow);
                break;
        }
    }

    private static TimerCreatedEvent Recorded(CreateTimerAction timer) => timer.OriginCase switch
    {
        CreateTimerAction.OriginOneofCase.ExternalEvent => new() { FireAt = timer.FireAt, ExternalEvent = timer.ExternalEvent },
        CreateTimerAction.OriginOneofCase.ActivityRetry => new() { FireAt = timer.FireAt, ActivityRetry = timer.ActivityRetry },
        CreateTimerAction.OriginOneofCase.ChildWorkflowRetry =>
            new() { FireAt = timer.FireAt, ChildWorkflowRetry = timer.ChildWorkflowRetry },
        _ => new() { FireAt = timer.FireAt, CreateTimer = new() },
    };

    private void Complete(Instance instance, CompleteWorkflowAction end)
    {
        RunEnded(instance);
        if (end.WorkflowStatus == OrchestrationStatus.ContinuedAsNew)
        {
            var name = instance.History.First(happened => happened.ExecutionStarted is not null).ExecutionStarted.Name;
            instance.History.Clear();
            instance.Generation++;
            // What still comes of the steps of the run before is not for this one.
            instance.Inbox.RemoveAll(happened => OutcomeOf(happened) is not null);
            instance.Inbox.InsertRange(0, [Start(instance, name, end.Result), .. end.CarryoverEvents]);
            return;
        }
        instance.End = end;
        if (instance.Parent is not { } parent || parent.Generation != instance.ParentGeneration) return;
        parent.Inbox.Add(end.WorkflowStatus == OrchestrationStatus.Completed
            ? new() { EventId = -1, ChildWorkflowInstanceCompleted = new() { TaskScheduledId = instance.ParentTask, Result = end.Result } }
            : new()
            {
                EventId = -1,
                ChildWorkflowInstanceFailed = new() { TaskScheduledId = instance.ParentTask, FailureDetails = end.FailureDetails },
            });
    }

    private void RunActivity(int index)
    {
        var (instance, generation, request) = _calls[index];
        var run = _activities.HandleAsync(request);
        Assert.True(run.IsCompletedSuccessfully);
        var response = run.Result;
        var fate = _dice.Next(6);
        // The result was lost: the call is given out again.
        if (fate == 0) return;
        // The result is there, and the call is given out again all the same.
        if (fate != 1) _calls.RemoveAt(index);
        if (instance.Generation != generation) return;
        instance.Inbox.Add(response.FailureDetails is { } failure
            ? new() { EventId = -1, TaskFailed = new() { TaskScheduledId = response.TaskId, FailureDetails = failure } }
            : new() { EventId = -1, TaskCompleted = new() { TaskScheduledId = response.TaskId, Result = response.Result } });
    }

    private void Fire((Instance Instance, int Generation, DateTime FireAt, int Id) due)
    {
        _timers.Remove(due);
        if (due.FireAt > _now) _now = due.FireAt;
        if (due.Instance.Generation != due.Generation) return;
        due.Instance.Inbox.Add(
            new() { EventId = -1, TimerFired = new() { TimerId = due.Id, FireAt = Timestamp.FromDateTime(due.FireAt) } });
    }

    private void Raise(int index)
    {
        var (instance, name, payload) = _events[index];
        _events.RemoveAt(index);
        instance.Inbox.Add(new() { EventId = -1, EventRaised = new() { Name = name.ToUpperInvariant(), Input = payload } });
    }

    private static void Hold(Instance instance)
    {
        if (instance.End is not null) return;
        instance.Suspended = !instance.Suspended;
        instance.Inbox.Add(instance.Suspended
            ? new() { EventId = -1, ExecutionSuspended = new() }
            : new() { EventId = -1, ExecutionResumed = new() });
    }
}
