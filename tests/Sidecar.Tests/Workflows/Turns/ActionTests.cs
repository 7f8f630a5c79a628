using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Turns;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Turns;

/// <summary>What each action of an answer adds.</summary>
public sealed class ActionTests
{
    [Fact]
    public void A_task_is_recorded_under_the_actions_id_and_dispatched()
    {
        var outcome = new TurnScene().Run([Start()], new WorkflowAction
        {
            Id = 4,
            ScheduleTask = new ScheduleTaskAction { Name = "Ship", Input = "box", TaskExecutionId = "x" },
        });
        var task = Assert.Single(outcome.Tasks);
        Assert.Same(task, outcome.Events[^1]);
        Assert.Equal(4, task.EventId);
        Assert.Equal(("Ship", "box", "x"), (task.TaskScheduled.Name, task.TaskScheduled.Input, task.TaskScheduled.TaskExecutionId));
        Assert.Equal("app", task.Router.SourceAppID);
    }

    [Fact]
    public void A_timer_keeps_its_origin_and_has_the_event_of_its_firing_ready()
    {
        var outcome = Started().Run([Raised("a")], Timer(2));
        Assert.Equal("e", outcome.Events[^1].TimerCreated.ExternalEvent.Name);
        var fired = Assert.Single(outcome.Timers);
        Assert.Equal((-1, 2), (fired.EventId, fired.TimerFired.TimerId));
        Assert.Equal(Context.Timestamp, fired.TimerFired.FireAt);
    }

    [Fact]
    public void A_child_without_an_id_gets_its_parents_and_four_hexadecimal_digits()
    {
        var outcome = Started().Run([Raised("a")], Child(0), Child(31), Child(7, "mine"));
        Assert.Equal(["order-7:0000", "order-7:001f", "mine"], outcome.Children.Select(child => child.InstanceId));
    }

    [Fact]
    public void A_child_knows_its_parent_and_the_task_it_is()
    {
        var started = Assert.Single(Started().Run([Raised("a")], Child(3)).Children).Started.ExecutionStarted;
        var parent = started.ParentInstance;
        Assert.Equal((3, "Order", "app"), (parent.TaskScheduledId, parent.Name, parent.AppID));
        Assert.Equal(("order-7", "execution-1"), (parent.WorkflowInstance.InstanceId, parent.WorkflowInstance.ExecutionId));
        Assert.NotEqual("execution-1", started.WorkflowInstance.ExecutionId);
        Assert.Equal("box", started.Input);
    }

    [Fact]
    public void A_task_for_another_app_goes_there()
    {
        var action = Task(0);
        action.Router = new TaskRouter { TargetAppID = "other" };
        var task = Assert.Single(new TurnScene().Run([Start()], action).Tasks);
        Assert.Equal("other", Context.TargetOf(task.Router));
        Assert.Equal("app", task.Router.SourceAppID);
    }

    [Fact]
    public void A_task_or_child_for_another_namespace_fails_by_name_in_the_next_turn()
    {
        var router = new TaskRouter { TargetAppID = "other", TargetAppNamespace = "elsewhere" };
        var (task, child) = (Task(0), Child(1));
        (task.Router, child.Router) = (router, router);
        var outcome = new TurnScene().Run([Start()], task, child);
        Assert.Empty(outcome.Tasks);
        Assert.Empty(outcome.Children);
        Assert.Equal("WorkflowNamespaceNotReachable", outcome.ToSelf[0].TaskFailed.FailureDetails.ErrorType);
        Assert.Equal(1, outcome.ToSelf[1].ChildWorkflowInstanceFailed.TaskScheduledId);
    }

    [Fact]
    public void An_event_that_is_sent_is_recorded_and_arrives_as_one_that_was_raised()
    {
        var outcome = Started().Run([Raised("a")], new WorkflowAction
        {
            Id = 1,
            SendEvent = new SendEventAction { Instance = new WorkflowInstance { InstanceId = "other-1" }, Name = "paid", Data = "42" },
        });
        Assert.Equal("other-1", outcome.Events[^1].EventSent.InstanceId);
        var sent = Assert.Single(outcome.Sent);
        Assert.Equal(("app", "other-1"), (sent.AppId, sent.InstanceId));
        Assert.Equal(("paid", "42"), (sent.Event.EventRaised.Name, sent.Event.EventRaised.Input));
    }

    [Fact]
    public void Another_instance_can_be_terminated()
    {
        var outcome = Started().Run([Raised("a")], new WorkflowAction
        {
            Id = 1,
            TerminateWorkflow = new TerminateWorkflowAction { InstanceId = "other-1", Reason = "late", Recurse = true },
        });
        var terminated = Assert.Single(outcome.Sent).Event.ExecutionTerminated;
        Assert.Equal(("late", true), (terminated.Input, terminated.Recurse));
    }

    [Fact]
    public void A_detached_workflow_has_no_parent_and_needs_an_id()
    {
        var action = new WorkflowAction
        {
            Id = 1,
            CreateDetachedWorkflow = new CreateDetachedWorkflowAction { Name = "Log", InstanceId = "log-1" },
        };
        var child = Assert.Single(Started().Run([Raised("a")], action).Children);
        Assert.Null(child.TaskId);
        Assert.Null(child.Started.ExecutionStarted.ParentInstance);
        action.CreateDetachedWorkflow.InstanceId = "";
        Assert.Throws<TurnRefusedException>(() => Started().Run([Raised("a")], action));
    }
}
