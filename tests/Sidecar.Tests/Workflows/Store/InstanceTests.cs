using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Sidecar.Workflows.Store;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Store;

/// <summary>How instances come, wait and go.</summary>
public sealed class InstanceTests
{
    [Fact]
    public async Task An_id_can_be_used_again_once_its_run_has_ended()
    {
        await using var scene = await StoreScene.OpenAsync();
        Assert.Equal(StartResult.Created, await scene.StartAsync("one"));
        Assert.Equal(StartResult.Active, await scene.StartAsync("one"));
        var first = await scene.TurnAsync((await scene.ClaimAsync())!, Complete(0));
        Assert.Equal(StartResult.Created, await scene.StartAsync("one"));
        var second = (await scene.FindAsync("one"))!;
        Assert.NotEqual(first.Row.Number, second.Number);
        Assert.Equal(OrchestrationStatus.Pending, second.Status);
        Assert.Equal(0, await scene.CountAsync("workflow_history"));
    }

    [Fact]
    public async Task An_id_cannot_be_used_again_while_a_descendant_of_its_run_lives()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.RunToEndAsync("one", Child(0, "kid"));
        var kid = (await scene.ClaimAsync())!;
        await scene.TurnAsync(kid, Child(0, "grandkid"), Complete(1));
        Assert.Equal(StartResult.ChildrenActive, await scene.StartAsync("one"));
        await scene.TurnAsync((await scene.ClaimAsync())!, Complete(0));
        Assert.Equal(StartResult.Created, await scene.StartAsync("one"));
    }

    [Fact]
    public async Task The_same_parent_may_ask_twice_for_the_same_child()
    {
        await using var scene = await StoreScene.OpenAsync();
        var parent = new ParentLink(7, 0, 3, "app", "parent");
        Assert.Equal(StartResult.Created, await scene.StartAsync("kid", parent));
        Assert.Equal(StartResult.Known, await scene.StartAsync("kid", parent));
        Assert.Equal(StartResult.Active, await scene.StartAsync("kid", parent with { TaskId = 4 }));
        Assert.Equal(1, await scene.CountAsync("workflow_inbox"));
    }

    [Fact]
    public async Task A_planned_start_waits_for_its_time_even_when_an_event_comes_before()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one", at: scene.Now.AddMinutes(5));
        await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Raised("a"), scene.Now));
        Assert.Null(await scene.ClaimAsync());
        scene.Now = scene.Now.AddMinutes(5);
        Assert.NotNull(await scene.ClaimAsync());
    }

    [Fact]
    public async Task A_planned_start_can_be_terminated_before_its_time()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one", at: scene.Now.AddMinutes(5));
        await scene.WriteAsync(session => InstanceEvents.Add(session, "app", "one", Terminated(), scene.Now));
        Assert.Equal(OrchestrationStatus.Terminated, (await scene.TurnAsync((await scene.ClaimAsync())!)).Row.Status);
    }

    [Fact]
    public async Task A_timer_makes_its_instance_due_at_its_time_and_not_before()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var due = Timestamp.FromDateTimeOffset(scene.Now.AddMinutes(1).AddTicks(1));
        await scene.TurnAsync((await scene.ClaimAsync())!, TimerAt(0, due));
        scene.Now = scene.Now.AddMinutes(1);
        Assert.Null(await scene.ClaimAsync()); // a tenth of a microsecond too early
        scene.Now = scene.Now.AddMilliseconds(1);
        var lease = (await scene.ClaimAsync())!;
        var fired = Assert.Single((await scene.ReadAsync(lease)).Events).TimerFired;
        Assert.Equal((0, due), (fired.TimerId, fired.FireAt));
        await scene.TurnAsync(lease);
        Assert.Null(await scene.ClaimAsync());
        Assert.Equal(0, await scene.CountAsync("workflow_timers"));
    }

    [Theory]
    [InlineData(253_402_300_799, 999_999_999)]
    [InlineData(253_370_764_800, 0)]
    public async Task A_timer_of_the_year_9999_never_fires(long seconds, int nanos)
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var result = await scene.TurnAsync((await scene.ClaimAsync())!, TimerAt(0, new Timestamp { Seconds = seconds, Nanos = nanos }));
        Assert.Equal(OrchestrationStatus.Running, result.Row.Status);
        Assert.Equal(0, await scene.CountAsync("workflow_timers"));
        Assert.Equal(1, await scene.CountAsync("workflow_instances", "wake IS NULL"));
    }

    [Fact]
    public async Task Only_what_has_ended_is_purged_unless_forced()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => PurgeAsync(scene, "one"));
        Assert.Equal("orchestration has not yet completed", refusal.Detail);
        Assert.Equal(1, await PurgeAsync(scene, "one", force: true));
        Assert.Equal("", await scene.DumpAsync());
        Assert.Equal(GrpcStatusCode.NotFound, (await Assert.ThrowsAsync<GrpcException>(() => PurgeAsync(scene, "one"))).Code);
    }

    [Fact]
    public async Task A_recursive_purge_takes_all_or_nothing_and_counts()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.RunToEndAsync("one", Child(0, "kid"));
        var before = await scene.DumpAsync();
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => PurgeAsync(scene, "one"));
        Assert.Equal("failed to purge child workflow \"kid\": orchestration has not yet completed", refusal.Detail);
        Assert.Equal(before, await scene.DumpAsync());
        await scene.TurnAsync((await scene.ClaimAsync())!, Complete(0));
        Assert.Equal(2, await PurgeAsync(scene, "one"));
        Assert.Equal("", await scene.DumpAsync());
    }

    [Fact]
    public async Task Retention_counts_from_the_end()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var lease = (await scene.ClaimAsync())!;
        var input = await scene.ReadAsync(lease);
        await scene.CommitAsync(lease, input, await scene.ApplyAsync(lease, input, Complete(0)), retention: 60_000);
        scene.Now = scene.Now.AddMilliseconds(59_999);
        Assert.Equal(0, await scene.WriteAsync(session => InstancePurge.RunExpired(session, scene.Milliseconds)));
        scene.Now = scene.Now.AddMilliseconds(1);
        Assert.Equal(1, await scene.WriteAsync(session => InstancePurge.RunExpired(session, scene.Milliseconds)));
        Assert.Null(await scene.FindAsync("one"));
    }

    [Fact]
    public async Task A_page_of_ids_ends_where_the_next_begins()
    {
        await using var scene = await StoreScene.OpenAsync();
        foreach (var id in new[] { "b", "a", "c" }) await scene.StartAsync(id);
        Assert.Equal(["a", "b"], await scene.WriteAsync(session => InstanceQueries.Ids(session, "app", "", 2)));
        Assert.Equal(["c"], await scene.WriteAsync(session => InstanceQueries.Ids(session, "app", "b", 2)));
    }

    [Fact]
    public async Task A_rerun_starts_where_the_event_was()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync())!, Task(0));
        var activity = (await scene.WriteAsync(session => ActivityTable.Claim(session, "app", 1, 1)))[0];
        await scene.WriteAsync(session => InstanceEvents.Complete(session, activity, StoredEvent.Of(TaskDone(0)), scene.Now));
        await scene.TurnAsync((await scene.ClaimAsync())!, Complete(1));
        var request = new RerunWorkflowFromEventRequest { SourceInstanceID = "one", EventID = 0 };
        var target = Context with { InstanceId = "again" };
        await scene.WriteAsync(session => InstanceRerun.Run(session, "app", request, target));
        var row = (await scene.FindAsync("again"))!;
        Assert.Equal((OrchestrationStatus.Running, "Order", 3L, 0L), (row.Status, row.Name, row.Events, row.Owner));
        Assert.Equal(0, (await scene.WriteAsync(session => ActivityTable.Claim(session, "app", 1, 1)))[0].TaskId);
        Assert.Equal(GrpcStatusCode.AlreadyExists, (await Assert.ThrowsAsync<GrpcException>(() =>
            scene.WriteAsync(session => InstanceRerun.Run(session, "app", request, target)))).Code);
    }

    private static Task<int> PurgeAsync(StoreScene scene, string id, bool force = false) =>
        scene.WriteAsync(session => InstancePurge.Run(session, "app", id, recursive: true, force));

    private static WorkflowAction TimerAt(int id, Timestamp fireAt) =>
        new() { Id = id, CreateTimer = new CreateTimerAction { FireAt = fireAt } };
}
