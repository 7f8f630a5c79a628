using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Turns;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Turns;

/// <summary>What of an inbox a turn shows to the worker, and what status comes of it.</summary>
public sealed class TurnTests
{
    [Fact]
    public void New_events_begin_with_the_time_of_the_turn()
    {
        var turn = new TurnScene().Begin(Start());
        Assert.Equal(Context.Timestamp, turn.NewEvents[0].Timestamp);
        Assert.NotNull(turn.NewEvents[0].WorkflowStarted);
        Assert.Equal(-1, turn.NewEvents[0].EventId);
        Assert.Equal("Order", turn.NewEvents[1].ExecutionStarted.Name);
    }

    [Fact]
    public void The_second_resolution_of_a_task_is_dropped_whether_it_succeeded_or_failed()
    {
        var scene = Started(Task(0), Task(1));
        scene.Commit(scene.Run([TaskDone(0)]));
        var turn = scene.Begin(TaskLost(0), TaskDone(0), TaskLost(1), TaskDone(1));
        Assert.Equal(1, Assert.Single(turn.NewEvents.Skip(1)).TaskFailed.TaskScheduledId);
    }

    [Fact]
    public void Timer_task_and_child_of_one_id_are_told_apart_by_their_kind()
    {
        var scene = Started(Task(0), Timer(1), Child(2));
        Assert.False(scene.Begin(TaskDone(1), TaskDone(2), Fired(0), ChildDone(1)).HasWork);
        Assert.Equal(4, scene.Begin(TaskDone(0), Fired(1), ChildDone(2)).NewEvents.Count);
    }

    [Fact]
    public void A_resolution_of_what_was_never_created_is_dropped_before_the_worker_sees_it()
    {
        var turn = Started().Begin(TaskDone(5), Raised("go"));
        Assert.Equal("go", Assert.Single(turn.NewEvents.Skip(1)).EventRaised.Name);
    }

    [Fact]
    public void A_second_start_is_dropped()
    {
        var turn = Started().Begin(Start());
        Assert.False(turn.HasWork);
    }

    [Fact]
    public void Status_without_a_start_is_pending_and_with_one_running()
    {
        Assert.Equal(OrchestrationStatus.Pending, new TurnScene().Past.Status);
        Assert.Equal(OrchestrationStatus.Running, Started().Past.Status);
    }

    [Fact]
    public void Completed_beats_stalled_and_stalled_beats_suspended()
    {
        var scene = Started(Task(0));
        scene.Commit(scene.Run([Event(e => e.ExecutionSuspended = new ExecutionSuspendedEvent())]));
        Assert.Equal(OrchestrationStatus.Suspended, scene.Past.Status);
        scene.Commit(scene.Begin(TaskDone(0)).Stall(StalledReason.PayloadSizeExceeded, "too large", Context));
        Assert.Equal(OrchestrationStatus.Stalled, scene.Past.Status);
        scene.Commit(scene.Run([TaskDone(0)], Complete(1)));
        Assert.Equal(OrchestrationStatus.Completed, scene.Past.Status);
    }

    [Fact]
    public void Resume_ends_a_suspension_and_both_reach_the_worker_as_events()
    {
        var scene = Started();
        var suspended = scene.Begin(Event(e => e.ExecutionSuspended = new ExecutionSuspendedEvent { Input = "lunch" }));
        Assert.Equal("lunch", suspended.NewEvents[1].ExecutionSuspended.Input);
        scene.Commit(suspended.Apply(Answer(), Context));
        scene.Commit(scene.Run([Event(e => e.ExecutionResumed = new ExecutionResumedEvent())]));
        Assert.Equal(OrchestrationStatus.Running, scene.Past.Status);
    }

    [Fact]
    public void The_custom_status_is_the_one_of_the_latest_answer_or_none()
    {
        var scene = Started();
        Assert.Equal("busy", scene.Begin(Raised("a")).Apply(new WorkflowResponse { CustomStatus = "busy" }, Context).CustomStatus);
        Assert.Null(scene.Begin(Raised("a")).Apply(new WorkflowResponse(), Context).CustomStatus);
    }

    [Fact]
    public void A_turn_that_is_not_committed_leaves_the_past_as_it_was()
    {
        var scene = Started(Task(0));
        scene.Run([TaskDone(0), Terminated()], Complete(1));
        Assert.Equal(OrchestrationStatus.Running, scene.Past.Status);
        Assert.True(scene.Begin(TaskDone(0)).HasWork);
    }

    [Fact]
    public void A_stall_keeps_the_inbox_and_is_recorded_once_for_each_reason()
    {
        var scene = Started();
        var first = scene.Begin(Raised("a")).Stall(StalledReason.PayloadSizeExceeded, "too large", Context);
        Assert.Empty(first.Events);
        Assert.Equal("too large", first.Stall!.ExecutionStalled.Description);
        scene.Commit(first);
        Assert.Null(scene.Begin(Raised("a")).Stall(StalledReason.PayloadSizeExceeded, "too large", Context).Stall);
        Assert.NotNull(scene.Begin(Raised("a")).Stall(StalledReason.PayloadSizeExceeded, "larger", Context).Stall);
    }

    [Fact]
    public void An_answer_that_creates_again_what_the_history_holds_is_refused()
    {
        var scene = Started(Task(0));
        var refusal = Assert.Throws<TurnRefusedException>(() => scene.Run([Raised("a")], Timer(0)));
        Assert.Equal("action 0 of instance 'order-7' was taken in an earlier turn", refusal.Message);
        Assert.Throws<TurnRefusedException>(() => scene.Run([Raised("a")], Task(1), Task(1)));
    }

    [Fact]
    public void An_action_without_a_kind_is_refused() =>
        Assert.Throws<TurnRefusedException>(() => Started().Run([Raised("a")], new WorkflowAction { Id = 3 }));
}
