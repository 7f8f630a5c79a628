using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Workflows.Turns;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Turns;

public sealed class HistoryForkTests
{
    private static readonly TurnContext Target = Context with { InstanceId = "again" };

    [Fact]
    public void A_rerun_keeps_what_was_finished_and_does_the_event_and_what_was_under_way_again()
    {
        var outcome = Fork(3);
        Assert.Equal([0, 1, 2, 3], outcome.Events.Where(e => ResolutionKey.CreatedBy(e) is not null).Select(e => e.EventId));
        Assert.Equal(0, Assert.Single(outcome.Events, e => e.TaskCompleted is not null).TaskCompleted.TaskScheduledId);
        Assert.Equal([3], outcome.Tasks.Select(e => e.EventId));
        Assert.Equal([2], outcome.Timers.Select(e => e.TimerFired.TimerId));
        Assert.Equal(["again:0001"], outcome.Children.Select(child => child.InstanceId));
        Assert.Equal("again", outcome.Children[0].Started.ExecutionStarted.ParentInstance.WorkflowInstance.InstanceId);
    }

    [Fact]
    public void A_rerun_is_a_history_that_turns_can_go_on_with()
    {
        var index = new HistoryIndex();
        foreach (var e in Fork(3).Events) Assert.True(index.TryAdd(e));
        Assert.Equal(OrchestrationStatus.Running, index.Status);
        Assert.True(Turn.Begin(index, [TaskDone(3)], Target).HasWork);
        Assert.False(Turn.Begin(index, [TaskDone(0)], Target).HasWork);
    }

    [Fact]
    public void The_input_is_replaced_only_when_asked_for()
    {
        Assert.Equal("", Fork(3).Tasks[0].TaskScheduled.Input ?? "");
        var task = Fork(3, request => (request.OverwriteInput, request.Input) = (true, "new")).Tasks[0].TaskScheduled;
        Assert.Equal(("new", "order-7"), (task.Input, task.RerunParentInstanceInfo.InstanceID));
    }

    [Fact]
    public void A_child_can_get_a_given_id() =>
        Assert.Equal("mine", Fork(1, request => request.NewChildWorkflowInstanceID = "mine").Children[0].InstanceId);

    [Fact]
    public void Events_that_are_not_there_or_cannot_be_done_again_are_refused()
    {
        Assert.Equal(GrpcStatusCode.NotFound, Assert.Throws<GrpcException>(() => Fork(99)).Code);
        Assert.Equal(GrpcStatusCode.NotFound, Assert.Throws<GrpcException>(() => Fork(4)).Code); // the completion
        Assert.Equal(GrpcStatusCode.InvalidArgument, Assert.Throws<GrpcException>(() => Fork(2, r => r.OverwriteInput = true)).Code);
        Assert.Equal(
            GrpcStatusCode.InvalidArgument, Assert.Throws<GrpcException>(() => Fork(3, r => r.NewChildWorkflowInstanceID = "x")).Code);
    }

    // 0 is finished, child 1 and timer 2 are not when 3 is scheduled.
    private static TurnOutcome Fork(uint eventId, Action<RerunWorkflowFromEventRequest>? change = null)
    {
        var scene = Started(Task(0), Child(1), Timer(2));
        scene.Commit(scene.Run([TaskDone(0)], Task(3)));
        scene.Commit(scene.Run([TaskDone(3), ChildDone(1), Fired(2)], Complete(4)));
        var request = new RerunWorkflowFromEventRequest { SourceInstanceID = "order-7", EventID = eventId };
        change?.Invoke(request);
        return new HistoryFork(request, Target).Build(scene.History.Select(e => e.Clone()));
    }
}
