using System.Collections.Concurrent;
using System.Diagnostics;
using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>Several sidecars of one app that share the work, and what happens when one of them goes.</summary>
public sealed class TakeoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task What_a_killed_sidecar_had_in_hand_goes_on_at_another()
    {
        await using var mesh = new WorkflowMesh();
        var doomed = await mesh.SidecarAsync();
        var survivor = await mesh.SidecarAsync();
        // The doomed one gets both a turn and activities in hand: its worker never answers.
        var inHand = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stuck = Steps(mesh.Worker(doomed));
        stuck.Before = item =>
        {
            if (item.ActivityRequest is not null) inHand.TrySetResult();
            return item.ActivityRequest is not null ? new TaskCompletionSource().Task : Task.CompletedTask;
        };
        await stuck.StartAsync();
        var client = mesh.Client(survivor);
        var ids = Enumerable.Range(0, 20).Select(i => $"order-{i}").ToList();
        foreach (var id in ids) await client.StartAsync("Steps", id, id);
        await inHand.Task.WaitAsync(Patience);
        var ran = new ConcurrentDictionary<string, int>();
        await Steps(mesh.Worker(survivor), ran).StartAsync();

        await doomed.KillAsync();
        var clock = Stopwatch.StartNew();
        foreach (var id in ids) Assert.Equal($"{id}.1.2.3", (await client.CompletionAsync(id)).Output);

        // Each step once in each history, whoever ran it.
        foreach (var id in ids)
        {
            var history = await client.HistoryAsync(id);
            Assert.Equal([0, 1, 2], history.Where(e => e.TaskCompleted is not null).Select(e => e.TaskCompleted.TaskScheduledId));
        }

        // No assertion on time; the figure is for the reader of the log.
        Console.WriteLine($"20 workflows went on and ended {clock.ElapsedMilliseconds} ms after the kill");
    }

    [Fact]
    public async Task What_a_stopped_sidecar_had_in_hand_is_given_back_at_once()
    {
        await using var mesh = new WorkflowMesh();
        var leaving = await mesh.SidecarAsync();
        var staying = await mesh.SidecarAsync();
        var inHand = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stuck = Steps(mesh.Worker(leaving));
        stuck.Before = item =>
        {
            inHand.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await stuck.StartAsync();
        var client = mesh.Client(staying);
        var start = client.StartAsync("Steps", "a", "one");
        await inHand.Task.WaitAsync(Patience);
        await Steps(mesh.Worker(staying)).StartAsync();
        Assert.Equal(0, await leaving.TerminateAsync());
        await start;
        Assert.Equal("a.1.2.3", (await client.CompletionAsync("one")).Output);
        // Given back, not run out: no other had to take it for dead.
        using var state = new StateFile(mesh.Folder.File("state.db"));
        Assert.Equal(1, state.Number("SELECT COUNT(*) FROM workflow_sidecars"));
    }

    [Fact]
    public async Task A_sidecar_that_was_only_slow_finds_its_leases_lost_and_changes_nothing()
    {
        await using var mesh = new WorkflowMesh();
        var slow = await mesh.SidecarAsync();
        var quick = await mesh.SidecarAsync();
        var client = mesh.Client(quick);
        var held = new ConcurrentQueue<WorkItem>();
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sleeper = Steps(mesh.Worker(slow));
        sleeper.Before = item =>
        {
            // A turn of one and an activity of another stay in hand.
            if (item.WorkflowRequest?.InstanceId != "turn" && item.ActivityRequest is null) return Task.CompletedTask;
            held.Enqueue(item);
            if (held.Count == 2) both.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await sleeper.StartAsync();
        await client.StartAsync("Steps", "b", "activity");
        await client.StartAsync("Steps", "a", "turn");
        await both.Task.WaitAsync(Patience);
        await slow.SignalAsync("STOP");
        await Steps(mesh.Worker(quick)).StartAsync();
        Assert.Equal("a.1.2.3", (await client.CompletionAsync("turn")).Output);
        Assert.Equal("b.1.2.3", (await client.CompletionAsync("activity")).Output);
        var before = (await client.HistoryAsync("turn")).Concat(await client.HistoryAsync("activity")).ToList();

        await slow.SignalAsync("CONT");
        foreach (var item in held) await sleeper.CompleteAsync(item);

        Assert.Equal(2, sleeper.Refused.Count);
        Assert.All(sleeper.Refused, refused => Assert.Contains(
            refused.Code, new[] { GrpcStatusCode.FailedPrecondition, GrpcStatusCode.NotFound }));
        Assert.Equal(before, (await client.HistoryAsync("turn")).Concat(await client.HistoryAsync("activity")));
    }

    [Fact]
    public async Task Kills_under_load_lose_no_workflow_and_run_no_step_whose_completion_was_recorded()
    {
        await using var mesh = new WorkflowMesh();
        var keeper = await mesh.SidecarAsync();
        var client = mesh.Client(keeper);
        await Steps(mesh.Worker(keeper)).StartAsync();
        var ids = new ConcurrentQueue<string>();
        for (var round = 0; round < 3; round++)
        {
            var victim = await mesh.SidecarAsync();
            await Steps(mesh.Worker(victim)).StartAsync();
            var started = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => client.StartAsync("Steps", $"{i}")));
            foreach (var id in started) ids.Enqueue(id);
            await victim.KillAsync();
        }

        foreach (var id in ids)
        {
            Assert.Equal(OrchestrationStatus.Completed, (await client.CompletionAsync(id)).WorkflowStatus);
            var history = await client.HistoryAsync(id);
            Assert.Equal(3, history.Count(e => e.TaskScheduled is not null));
            Assert.Equal([0, 1, 2], history.Where(e => e.TaskCompleted is not null).Select(e => e.TaskCompleted.TaskScheduledId));
        }
    }

    [Fact]
    public async Task A_sidecar_that_was_alone_goes_on_after_it_was_killed()
    {
        await using var mesh = new WorkflowMesh();
        var first = await mesh.SidecarAsync();
        var worker = Steps(mesh.Worker(first));
        var inHand = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Before = item =>
        {
            if (item.ActivityRequest is null) return Task.CompletedTask;
            inHand.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await worker.StartAsync();
        await mesh.Client(first).StartAsync("Steps", "x", "one");
        await inHand.Task.WaitAsync(Patience);
        await first.KillAsync();
        var second = await mesh.SidecarAsync();
        await Steps(mesh.Worker(second)).StartAsync();
        Assert.Equal("x.1.2.3", (await mesh.Client(second).CompletionAsync("one")).Output);
    }

    private static TestWorker Steps(TestWorker worker, ConcurrentDictionary<string, int>? ran = null) => worker
        .Activity("Step", request =>
        {
            ran?.AddOrUpdate($"{request.WorkflowInstance.InstanceId}/{request.TaskId}", 1, static (_, count) => count + 1);
            return Task.FromResult<string?>($"{request.Input}.{request.TaskId + 1}");
        })
        .Workflow("Steps", async run =>
        {
            var text = run.Input;
            for (var i = 0; i < 3; i++) text = await run.CallActivity("Step", text);
            return text;
        });
}
