using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Store;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Store;

/// <summary>A turn is one transaction.</summary>
public sealed class TurnCommitTests
{
    [Fact]
    public async Task A_turn_consumes_the_inbox_and_leaves_history_activities_timers_and_children()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var result = await scene.TurnAsync((await scene.ClaimAsync())!, Task(0), Timer(1), Child(2, "kid"));
        Assert.Equal((OrchestrationStatus.Running, false), (result.Row.Status, result.HasMore));
        Assert.Equal(5, await scene.CountAsync("workflow_history")); // started, start, task, timer, child
        Assert.Equal(1, await scene.CountAsync("workflow_inbox")); // the child's start
        Assert.Equal(1, await scene.CountAsync("workflow_activities"));
        Assert.Equal(1, await scene.CountAsync("workflow_timers"));
        Assert.Equal(OrchestrationStatus.Pending, (await scene.FindAsync("kid"))!.Status);
    }

    [Fact]
    public async Task What_arrives_during_a_turn_keeps_the_lease_for_the_next()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var lease = (await scene.ClaimAsync())!;
        var input = await scene.ReadAsync(lease);
        await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Raised("late"), scene.Now));
        var result = await scene.CommitAsync(lease, input, await scene.ApplyAsync(lease, input));
        Assert.True(result.HasMore);
        Assert.Null(await scene.ClaimAsync(owner: 2));
        Assert.Equal("late", Assert.Single((await scene.ReadAsync(lease)).Events).EventRaised.Name);
    }

    [Fact]
    public async Task A_lost_lease_changes_nothing()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var slow = (await scene.ClaimAsync(owner: 1))!;
        var input = await scene.ReadAsync(slow);
        var outcome = await scene.ApplyAsync(slow, input, Task(0), Timer(1), Child(2), Complete(3));
        await scene.WriteAsync(session => SidecarTable.Remove(session, 1));
        Assert.NotNull(await scene.ClaimAsync(owner: 2));
        var before = await scene.DumpAsync();
        await Assert.ThrowsAsync<LeaseLostException>(() => scene.CommitAsync(slow, input, outcome));
        Assert.Equal(before, await scene.DumpAsync());
    }

    [Fact]
    public async Task The_same_sidecar_cannot_write_with_an_older_lease_either()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var first = (await scene.ClaimAsync())!;
        await scene.WriteAsync(session => LeaseTable.Release(session, first, scene.Milliseconds));
        var second = (await scene.ClaimAsync())!;
        Assert.Equal(first.Fence + 1, second.Fence);
        await Assert.ThrowsAsync<LeaseLostException>(() => scene.TurnAsync(first));
        await scene.TurnAsync(second);
    }

    [Fact]
    public async Task An_error_in_the_middle_of_a_turn_leaves_nothing_of_it()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var lease = (await scene.ClaimAsync())!;
        var input = await scene.ReadAsync(lease);
        var outcome = await scene.ApplyAsync(lease, input, Complete(0, OrchestrationStatus.ContinuedAsNew));
        // Read only after the history is gone: a late row that is damaged.
        await scene.WriteAsync(session => InboxTable.Add(session, lease.Number, new StoredEvent([1, 2, 3], 0)));
        var before = await scene.DumpAsync();
        await Assert.ThrowsAsync<HistoryCorruptException>(() => scene.CommitAsync(lease, input, outcome));
        Assert.Equal(before, await scene.DumpAsync());
    }

    [Fact]
    public async Task An_ended_instance_keeps_its_history_and_loses_timers_and_inbox()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var lease = (await scene.ClaimAsync())!;
        await scene.TurnAsync(lease, Timer(0), Task(1));
        await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Raised("a"), scene.Now));
        var row = (await scene.TurnAsync((await scene.ClaimAsync())!, Complete(2))).Row;
        Assert.True(row.IsFinished);
        Assert.Equal(0, await scene.CountAsync("workflow_timers"));
        Assert.Equal(0, await scene.CountAsync("workflow_inbox"));
        Assert.Equal(1, await scene.CountAsync("workflow_activities")); // what was scheduled runs, though nobody waits
        Assert.Equal(row.Events, await scene.CountAsync("workflow_history"));
        Assert.False(await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Raised("b"), scene.Now)));
        Assert.Null(await scene.ClaimAsync());
    }

    [Fact]
    public async Task A_new_generation_takes_over_what_was_sent_and_not_what_was_resolved()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync())!, Task(0), Timer(1), Child(2, "kid"));
        await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Raised("early"), scene.Now));
        var lease = (await scene.ClaimAsync())!;
        var input = await scene.ReadAsync(lease);
        var activity = (await scene.WriteAsync(session => ActivityTable.Claim(session, "app", 1, 1)))[0];
        await scene.WriteAsync(session =>
        {
            InstanceEvents.Complete(session, activity, StoredEvent.Of(TaskDone(0)), scene.Now);
            InstanceEvents.Add(session, "app", "one", Raised("late"), scene.Now);
        });
        var result = await scene.CommitAsync(
            lease, input, await scene.ApplyAsync(lease, input, Complete(3, OrchestrationStatus.ContinuedAsNew, "again")));
        Assert.Equal((1L, 0L, true), (result.Row.Generation, result.Row.Events, result.HasMore));
        Assert.Equal(0, await scene.CountAsync("workflow_timers", $"instance={lease.Number}"));
        var next = (await scene.ReadAsync(lease)).Events;
        Assert.Equal("again", next[0].ExecutionStarted.Input);
        Assert.Equal("late", Assert.Single(next.Skip(1)).EventRaised.Name);
    }

    [Fact]
    public async Task A_generation_does_not_hear_of_the_children_and_activities_of_the_one_before()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync())!, Task(0), Child(1, "kid"));
        var kid = (await scene.ClaimAsync())!;
        await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Raised("a"), scene.Now));
        var lease = (await scene.ClaimAsync())!;
        var continued = await scene.TurnAsync(lease, Complete(2, OrchestrationStatus.ContinuedAsNew));
        // The new generation gives the same ids to other things.
        lease = lease with { Row = continued.Row };
        await scene.TurnAsync(lease, Task(0, "Other"), Child(1, "kid2"));
        await scene.TurnAsync(kid, Complete(0));
        var activity = (await scene.WriteAsync(session => ActivityTable.Claim(session, "app", 1, 1)))[0];
        Assert.False(await scene.WriteAsync(session =>
            InstanceEvents.Complete(session, activity, StoredEvent.Of(TaskDone(0)), scene.Now)));
        Assert.Equal(0, await scene.CountAsync("workflow_inbox", $"instance={lease.Number}"));
    }

    [Fact]
    public async Task A_stall_keeps_the_inbox_and_waits_for_another_worker_or_event()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var lease = (await scene.ClaimAsync())!;
        var input = await scene.ReadAsync(lease);
        var turn = McpMesh.Sidecar.Workflows.Turns.Turn.Begin(new(), input.Events, scene.ContextOf(lease));
        await scene.CommitAsync(lease, input, turn.Stall(StalledReason.VersionNotAvailable, "none", scene.ContextOf(lease)));
        Assert.Equal(OrchestrationStatus.Stalled, (await scene.FindAsync("one"))!.Status);
        Assert.Null(await scene.ClaimAsync());
        await Assert.ThrowsAsync<McpMesh.Grpc.GrpcException>(() =>
            scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Raised("a"), scene.Now)));
        Assert.Equal(1, await scene.WriteAsync(session => InstanceTable.WakeStalled(session, "app", scene.Milliseconds)));
        var again = (await scene.ClaimAsync())!;
        Assert.NotNull((await scene.ReadAsync(again)).Events[0].ExecutionStarted);
        await scene.TurnAsync(again, Task(0));
        Assert.Equal(OrchestrationStatus.Running, (await scene.FindAsync("one"))!.Status);
    }

    [Fact]
    public async Task A_stall_that_missed_the_worker_it_waits_for_is_tried_again_at_once()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var lease = (await scene.ClaimAsync())!;
        var input = await scene.ReadAsync(lease);
        var turn = McpMesh.Sidecar.Workflows.Turns.Turn.Begin(new(), input.Events, scene.ContextOf(lease));
        // While one worker says that it lacks the version, another comes, and finds nothing that has stalled.
        Assert.Equal(0, await scene.WriteAsync(session => InstanceTable.WakeStalled(session, "app", scene.Milliseconds)));
        await scene.CommitAsync(lease, input, turn.Stall(StalledReason.VersionNotAvailable, "none", scene.ContextOf(lease)));
        var again = (await scene.ClaimAsync())!;
        await scene.TurnAsync(again, Task(0));
        Assert.Equal(OrchestrationStatus.Running, (await scene.FindAsync("one"))!.Status);
    }

    [Fact]
    public async Task A_child_whose_id_is_taken_fails_its_task_by_name()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var lease = (await scene.ClaimAsync())!;
        await scene.StartAsync("taken");
        var result = await scene.TurnAsync(lease, Child(4, "taken"));
        Assert.True(result.HasMore);
        var failed = Assert.Single((await scene.ReadAsync(lease)).Events).ChildWorkflowInstanceFailed;
        Assert.Equal((4, "WorkflowInstanceAlreadyExists"), (failed.TaskScheduledId, failed.FailureDetails.ErrorType));
        Assert.Equal("an active workflow with ID 'taken' already exists", failed.FailureDetails.ErrorMessage);
    }

    [Fact]
    public async Task Termination_reaches_the_children_of_this_generation_when_asked_to()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync())!, Child(0, "kid"));
        var kid = (await scene.ClaimAsync())!;
        Assert.Equal("kid", kid.Row.Id);
        await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Terminated(recurse: true), scene.Now));
        await scene.TurnAsync((await scene.ClaimAsync())!);
        Assert.Equal(OrchestrationStatus.Terminated, (await scene.FindAsync("one"))!.Status);
        Assert.True((await scene.ReadAsync(kid)).Events[^1].ExecutionTerminated.Recurse);
    }
}
