using McpMesh.Sidecar.Workflows.Store;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Store;

/// <summary>How several sidecars share the work.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task An_instance_is_in_one_hand_at_a_time_and_due_ones_go_in_the_order_of_their_time()
    {
        await using var scene = await StoreScene.OpenAsync();
        foreach (var id in new[] { "a", "b", "c" })
        {
            await scene.StartAsync(id);
            scene.Now = scene.Now.AddSeconds(1);
        }

        Assert.Equal("a", (await scene.ClaimAsync(owner: 1))!.Row.Id);
        Assert.Equal("b", (await scene.ClaimAsync(owner: 2))!.Row.Id);
        Assert.Equal("c", (await scene.ClaimAsync(owner: 1))!.Row.Id);
        Assert.Null(await scene.ClaimAsync(owner: 2));
    }

    [Fact]
    public async Task The_dead_lose_what_they_had_and_the_living_do_not()
    {
        await using var scene = await StoreScene.OpenAsync();
        var (dead, living) = await scene.WriteAsync(session =>
            (SidecarTable.Register(session, "app", scene.Milliseconds), SidecarTable.Register(session, "app", scene.Milliseconds)));
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync(dead))!, Task(0));
        await scene.StartAsync("two");
        await scene.ClaimAsync(dead);
        await scene.WriteAsync(session => ActivityTable.Claim(session, "app", dead, 1));

        scene.Now += SidecarTable.Lease;
        await scene.WriteAsync(session => SidecarTable.Beat(session, living, scene.Milliseconds));
        scene.Now = scene.Now.AddMilliseconds(1);
        Assert.Equal([dead], await scene.WriteAsync(session => SidecarTable.Dead(session, scene.Milliseconds)));
        Assert.Null(await scene.ClaimAsync(living));
        await scene.WriteAsync(session => SidecarTable.Remove(session, dead));

        Assert.Equal("two", (await scene.ClaimAsync(living))!.Row.Id);
        Assert.Equal(0, Assert.Single(await scene.WriteAsync(session => ActivityTable.Claim(session, "app", living, 1))).TaskId);
        Assert.False(await scene.WriteAsync(session => SidecarTable.Beat(session, dead, scene.Milliseconds)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_goes_into_the_hand_of_a_sidecar_that_nobody_looks_after(bool isGone)
    {
        await using var scene = await StoreScene.OpenAsync();
        var sidecar = await scene.WriteAsync(session => SidecarTable.Register(session, "app", scene.Milliseconds));
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync(sidecar))!, Task(0));
        await scene.StartAsync("two");
        // It decided to take what is due; others took it for dead before it did.
        if (isGone) await scene.WriteAsync(session => SidecarTable.Remove(session, sidecar));
        var (turns, activities) = await scene.WriteAsync(session => WorkClaim.Run(session, "app", sidecar, scene.Milliseconds, 9, 9));
        Assert.Equal(isGone ? (0, 0) : (1, 1), (turns.Count, activities.Count));
        Assert.Equal(isGone ? 2 : 0, await scene.CountAsync("workflow_instances", "owner=0 AND id='two'")
            + await scene.CountAsync("workflow_activities", "owner=0"));
    }

    [Fact]
    public async Task A_beat_from_the_future_does_not_keep_a_dead_sidecar_alive()
    {
        await using var scene = await StoreScene.OpenAsync();
        var dead = await scene.WriteAsync(session => SidecarTable.Register(session, "app", scene.Milliseconds + 3_600_000));
        Assert.Equal([dead], await scene.WriteAsync(session => SidecarTable.Dead(session, scene.Milliseconds)));
    }

    [Fact]
    public async Task A_number_is_never_given_twice()
    {
        await using var scene = await StoreScene.OpenAsync();
        var first = await scene.WriteAsync(session => SidecarTable.Register(session, "app", 1));
        await scene.WriteAsync(session => SidecarTable.Remove(session, first));
        Assert.NotEqual(first, await scene.WriteAsync(session => SidecarTable.Register(session, "app", 1)));
    }

    [Fact]
    public async Task An_activity_that_went_to_another_hand_is_not_completed_by_the_first()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync())!, Task(0));
        var first = (await scene.WriteAsync(session => ActivityTable.Claim(session, "app", 1, 1)))[0];
        await scene.WriteAsync(session => ActivityTable.Release(session, first));
        var second = (await scene.WriteAsync(session => ActivityTable.Claim(session, "app", 1, 1)))[0];
        var before = await scene.DumpAsync();
        await Assert.ThrowsAsync<LeaseLostException>(() =>
            scene.WriteAsync(session => InstanceEvents.Complete(session, first, StoredEvent.Of(TaskDone(0)), scene.Now)));
        Assert.Equal(before, await scene.DumpAsync());
        Assert.True(await scene.WriteAsync(session =>
            InstanceEvents.Complete(session, second, StoredEvent.Of(TaskDone(0)), scene.Now)));
        await Assert.ThrowsAsync<LeaseLostException>(() =>
            scene.WriteAsync(session => InstanceEvents.Complete(session, second, StoredEvent.Of(TaskDone(0)), scene.Now)));
    }

    [Fact]
    public async Task Apps_that_share_a_file_take_only_their_own()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        Assert.Empty(await scene.WriteAsync(session => LeaseTable.Claim(session, "other", 1, scene.Milliseconds, 9)));
        var action = Task(0);
        action.Router = new Dapr.DurableTask.Protobuf.TaskRouter { TargetAppID = "other" };
        await scene.TurnAsync((await scene.ClaimAsync())!, action);
        Assert.Empty(await scene.WriteAsync(session => ActivityTable.Claim(session, "app", 1, 9)));
        Assert.Single(await scene.WriteAsync(session => ActivityTable.Claim(session, "other", 1, 9)));
    }
}
