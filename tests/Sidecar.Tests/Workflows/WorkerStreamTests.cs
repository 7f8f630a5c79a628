using System.Collections.Concurrent;
using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>Workers that come, go, and answer what they were not asked.</summary>
public sealed class WorkerStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task What_a_lost_worker_had_in_hand_goes_to_the_next_and_its_late_answers_are_refused()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var client = mesh.Client(sidecar);
        var held = new ConcurrentQueue<WorkItem>();
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lost = Echo(mesh.Worker(sidecar));
        lost.Before = item =>
        {
            if (item.WorkflowRequest?.InstanceId == "two") return Task.CompletedTask;
            held.Enqueue(item);
            if (held.Count == 2) both.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await lost.StartAsync();
        var starts = new[] { client.StartAsync("Echo", "1", "one"), client.StartAsync("Echo", "2", "two") };
        await both.Task.WaitAsync(Patience);
        var next = await Echo(mesh.Worker(sidecar)).StartAsync();
        await lost.StopAsync();
        await Task.WhenAll(starts);
        Assert.Equal("1", (await client.CompletionAsync("one")).Output);
        Assert.Equal("2", (await client.CompletionAsync("two")).Output);
        foreach (var item in held) await lost.CompleteAsync(item);
        Assert.Equal([GrpcStatusCode.NotFound, GrpcStatusCode.NotFound], lost.Refused.Select(refused => refused.Code));
        Assert.Empty(next.Refused);
    }

    [Fact]
    public async Task A_late_answer_to_an_earlier_delivery_does_not_pass_for_one_to_the_next()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var client = mesh.Client(sidecar);
        var first = new TaskCompletionSource<WorkItem>(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource<WorkItem>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lost = Echo(mesh.Worker(sidecar));
        lost.Before = item => Hold(first, item);
        await lost.StartAsync();
        var start = client.StartAsync("Echo", "1", "one");
        var early = await first.Task.WaitAsync(Patience);
        await lost.StopAsync();
        var holder = Echo(mesh.Worker(sidecar));
        holder.Before = item => item.WorkflowRequest is not null ? Hold(second, item) : Task.CompletedTask;
        await holder.StartAsync();
        var late = await second.Task.WaitAsync(Patience);
        Assert.NotEqual(early.CompletionToken, late.CompletionToken);
        await lost.CompleteAsync(early);
        Assert.Equal(GrpcStatusCode.NotFound, Assert.Single(lost.Refused).Code);
        holder.Before = _ => Task.CompletedTask;
        await holder.CompleteAsync(late);
        await start;
        Assert.Equal("1", (await client.CompletionAsync("one")).Output);
    }

    [Fact]
    public async Task A_worker_that_sends_no_token_back_is_told_apart_by_instance_and_task()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var worker = Echo(mesh.Worker(sidecar));
        worker.Before = item =>
        {
            item.CompletionToken = "";
            return Task.CompletedTask;
        };
        await worker.StartAsync();
        Assert.Equal("x", (await mesh.Client(sidecar).RunAsync("Echo", "x")).Output);
        Assert.Empty(worker.Refused);
    }

    [Fact]
    public async Task Answers_for_foreign_and_finished_instances_are_refused_and_change_nothing()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var client = mesh.Client(sidecar);
        await Echo(mesh.Worker(sidecar)).StartAsync();
        await client.RunAsync("Echo", "x", "done");
        var before = await client.HistoryAsync("done");
        foreach (var id in new[] { "done", "never-heard-of" })
        {
            var forged = new WorkflowResponse
            {
                InstanceId = id,
                Actions = { new WorkflowAction { Id = 9, ScheduleTask = new ScheduleTaskAction { Name = "Echo" } } },
            };
            var turn = await Assert.ThrowsAsync<GrpcException>(() => client.Channel.CallAsync(TaskHub.CompleteWorkflowTask, forged));
            Assert.Equal(GrpcStatusCode.NotFound, turn.Code);
            Assert.Contains($"no work item '{id}' is in hand", turn.Detail, StringComparison.Ordinal);
            var activity = await Assert.ThrowsAsync<GrpcException>(() => client.Channel.CallAsync(
                TaskHub.CompleteActivityTask, new ActivityResponse { InstanceId = id, TaskId = 0, Result = "forged" }));
            Assert.Equal(GrpcStatusCode.NotFound, activity.Code);
        }

        Assert.Equal(before, await client.HistoryAsync("done"));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_one_is_refused_and_the_turn_is_asked_for_again()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var worker = Echo(mesh.Worker(sidecar));
        var wrong = 0;
        worker.Change = (_, response) =>
        {
            // Twice it creates what its history already holds, as an answer to an older turn would.
            if (response.Actions[0].CompleteWorkflow is null || wrong++ >= 2) return;
            response.Actions.Clear();
            response.Actions.Add(new WorkflowAction { Id = 0, ScheduleTask = new ScheduleTaskAction { Name = "Echo" } });
        };
        await worker.StartAsync();
        var client = mesh.Client(sidecar);
        Assert.Equal("x", (await client.RunAsync("Echo", "x", "one")).Output);
        Assert.Equal(2, worker.Refused.Count);
        Assert.All(worker.Refused, refused => Assert.Equal(GrpcStatusCode.InvalidArgument, refused.Code));
        Assert.Single(await client.HistoryAsync("one"), e => e.TaskScheduled is not null);
    }

    [Fact]
    public async Task A_worker_has_a_bounded_number_of_activities_in_hand()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var (inHand, most) = (0, 0);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = Echo(mesh.Worker(sidecar)).Workflow("Many", async run =>
            $"{(await Task.WhenAll(Enumerable.Range(0, 250).Select(i => run.CallActivity("Echo", $"{i}")))).Length}");
        worker.Before = async item =>
        {
            if (item.ActivityRequest is null) return;
            var now = Interlocked.Increment(ref inHand);
            lock (full) most = Math.Max(most, now);
            if (now == 100) full.TrySetResult();
            await release.Task;
            Interlocked.Decrement(ref inHand);
        };
        await worker.StartAsync();
        var client = mesh.Client(sidecar);
        await client.StartAsync("Many", id: "many");
        await full.Task.WaitAsync(Patience);
        // Turns have places of their own.
        Assert.Equal(OrchestrationStatus.Running, (await client.GetAsync("many"))!.WorkflowStatus);
        release.SetResult();
        Assert.Equal("250", (await client.CompletionAsync("many")).Output);
        Assert.Equal(100, most);
    }

    [Fact]
    public async Task The_limits_of_the_configuration_hold()
    {
        await using var mesh = new WorkflowMesh();
        var configuration = mesh.Folder.Write("config.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: limits }
            spec:
              workflow: { maxConcurrentWorkflowInvocations: 2, maxConcurrentActivityInvocations: 3 }
            """);
        var sidecar = await mesh.SidecarAsync(more: ["--config", configuration]);
        var (turns, activities, mostTurns, mostActivities) = (0, 0, 0, 0);
        var gate = new Lock();
        var worker = mesh.Worker(sidecar).Activity("Echo", text => text)
            .Workflow("Echo", async run => string.Concat(await Task.WhenAll(run.CallActivity("Echo", "a"), run.CallActivity("Echo", "b"))));
        worker.Before = async item =>
        {
            var isTurn = item.WorkflowRequest is not null;
            lock (gate)
            {
                if (isTurn) mostTurns = Math.Max(mostTurns, ++turns);
                else mostActivities = Math.Max(mostActivities, ++activities);
            }

            await Task.Delay(20);
            lock (gate)
            {
                if (isTurn) turns--;
                else activities--;
            }
        };
        await worker.StartAsync();
        var client = mesh.Client(sidecar);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.RunAsync("Echo", id: $"limited-{i}")));
        Assert.Equal((2, 3), (mostTurns, mostActivities));
    }

    [Fact]
    public async Task A_history_of_ten_thousand_events_turns_on_in_memory_that_does_not_follow_it()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync(more: ["--max-body-size", "16Mi"]);
        var worker = mesh.Worker(sidecar).Workflow("Listen", async run =>
        {
            for (var i = 0; i < 10_000; i++) await run.WaitForEvent("e");
            return "heard";
        });
        await worker.StartAsync();
        var client = mesh.Client(sidecar);
        await client.StartAsync("Listen", id: "listener");
        for (var i = 0; i < 10_000; i += 100)
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.RaiseAsync("listener", "e", "x")));
        Assert.Equal("heard", (await client.CompletionAsync("listener")).Output);
        Assert.Equal(10_000, (await client.HistoryAsync("listener")).Count(e => e.EventRaised is not null));
        // Every turn gets the whole history: dozens of turns of up to 10 000 events, and no more memory than one of them needs.
        Assert.True(worker.Turns.Count >= 10, $"{worker.Turns.Count} turns");
        Assert.InRange(sidecar.WorkingSet() >> 20, 1, 400);
        Console.WriteLine($"{worker.Turns.Count} turns, {sidecar.WorkingSet() >> 20} MiB");
    }

    private static Task Hold(TaskCompletionSource<WorkItem> source, WorkItem item)
    {
        source.TrySetResult(item);
        return new TaskCompletionSource().Task;
    }

    private static TestWorker Echo(TestWorker worker) =>
        worker.Activity("Echo", text => text).Workflow("Echo", run => run.CallActivity("Echo", run.Input));
}
