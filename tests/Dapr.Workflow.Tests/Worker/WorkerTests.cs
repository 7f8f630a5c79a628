using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using McpMesh.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WorkflowTests.Replay;
using static WorkflowTests.Replay.History;

namespace WorkflowTests.Worker;

/// <summary>The worker's part of the protocol.</summary>
public sealed class WorkerTests : IAsyncLifetime
{
    private ScriptedSidecar _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await ScriptedSidecar.StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    private static void Register(WorkflowRuntimeOptions options)
    {
        options.RegisterWorkflow<string, string>("flow", (context, _) => context.CallActivityAsync<string>("act"));
        options.RegisterActivity<string, string>("act", (context, _) => Task.FromResult(context.TaskExecutionKey));
    }

    [Fact]
    public async Task Results_go_back_with_the_token_of_their_item_and_by_the_names_that_every_runtime_knows()
    {
        await _sidecar.ApplicationAsync(Register);
        var stream = await _sidecar.StreamAsync();

        await stream.StartAsync("flow", "i-1", "token-1");
        var turn = await _sidecar.TurnAsync();
        Assert.Equal(("i-1", "token-1"), (turn.InstanceId, turn.CompletionToken));
        Assert.Equal(["0 task act"], turn.Steps());

        await stream.CallAsync("ACT", 4, "token-2");
        var activity = await _sidecar.ActivityAsync();
        Assert.Equal(("i", 4, "token-2", "\"key-4\""), (activity.InstanceId, activity.TaskId, activity.CompletionToken, activity.Result));
        Assert.Equal(
            ["Hello", "GetWorkItems", "CompleteOrchestratorTask", "CompleteActivityTask"],
            _sidecar.Calls.Select(call => call.Path["/TaskHubSidecarService/".Length..]));
    }

    [Fact]
    public async Task Every_call_shows_the_api_token()
    {
        await _sidecar.ApplicationAsync(Register);
        await (await _sidecar.StreamAsync()).StartAsync("flow", "i");
        await _sidecar.TurnAsync();

        Assert.All(_sidecar.Calls, call => Assert.Equal(ScriptedSidecar.Token, call.Token));
    }

    [Fact]
    public async Task A_failed_activity_brings_its_exception_back()
    {
        await _sidecar.ApplicationAsync(options => options.RegisterActivity<string, string>(
            "act", (_, _) => throw new InvalidOperationException("no", new TimeoutException("late"))));
        await (await _sidecar.StreamAsync()).CallAsync("act", 1);

        var failure = (await _sidecar.ActivityAsync()).FailureDetails;
        Assert.Equal(("System.InvalidOperationException", "no"), (failure.ErrorType, failure.ErrorMessage));
        Assert.Equal("System.TimeoutException", failure.InnerFailure.ErrorType);
    }

    [Fact]
    public async Task An_unknown_activity_fails_by_name()
    {
        await _sidecar.ApplicationAsync(Register);
        await (await _sidecar.StreamAsync()).CallAsync("other", 1);

        var failure = (await _sidecar.ActivityAsync()).FailureDetails;
        Assert.Equal(("ActivityNotFoundException", "Activity 'other' not found"), (failure.ErrorType, failure.ErrorMessage));
    }

    [Fact]
    public async Task The_sidecar_hears_from_the_worker_every_30_seconds_and_one_that_does_not_answer_is_left()
    {
        var clock = new ManualClock();
        await _sidecar.ApplicationAsync(Register, clock);
        await _sidecar.StreamAsync();
        await _sidecar.HelloAsync();
        for (var i = 0; i < 3; i++)
        {
            await clock.PassAsync(TimeSpan.FromSeconds(30));
            await _sidecar.HelloAsync();
        }

        var refused = false;
        _sidecar.Refusal = path => path == "Hello" && !Interlocked.Exchange(ref refused, true)
            ? new GrpcException(GrpcStatusCode.Unavailable, "asleep")
            : null;
        await clock.PassAsync(TimeSpan.FromSeconds(30));
        // The wait before the next stream has jitter; whatever it is, it is over after the longest.
        await PassUntilAsync(clock, _sidecar.StreamAsync());
    }

    [Fact]
    public async Task A_hundred_activities_run_at_once_and_do_not_keep_a_turn_waiting()
    {
        var running = new SemaphoreSlim(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counts = new Lock();
        var (now, most) = (0, 0);
        await _sidecar.ApplicationAsync(options =>
        {
            Register(options);
            options.RegisterActivity<string, int>("slow", async (_, _) =>
            {
                lock (counts) most = Math.Max(most, ++now);
                running.Release();
                await gate.Task;
                lock (counts) now--;
                return 1;
            });
        });
        var stream = await _sidecar.StreamAsync();
        for (var i = 0; i < 130; i++) await stream.CallAsync("slow", i);
        for (var i = 0; i < 100; i++) Assert.True(await running.WaitAsync(TimeSpan.FromMinutes(1)));
        await stream.StartAsync("flow", "i");
        await _sidecar.TurnAsync();
        lock (counts) Assert.Equal(100, most);

        gate.SetResult();
        var done = new HashSet<int>();
        for (var i = 0; i < 130; i++) done.Add((await _sidecar.ActivityAsync()).TaskId);
        Assert.Equal(130, done.Count);
        lock (counts) Assert.Equal(100, most);
    }

    [Fact]
    public async Task A_turn_whose_stream_was_lost_is_not_answered_and_an_activity_is()
    {
        using var reached = new SemaphoreSlim(0);
        using var turnGate = new ManualResetEventSlim();
        var activityGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await _sidecar.ApplicationAsync(options =>
        {
            Register(options);
            options.RegisterWorkflow<string, string>("slow", (_, _) =>
            {
                reached.Release();
                turnGate.Wait();
                return Task.FromResult("");
            });
            options.RegisterActivity<string, string>("slow", async (_, _) =>
            {
                reached.Release();
                await activityGate.Task;
                return "";
            });
        });
        var first = await _sidecar.StreamAsync();
        await first.StartAsync("slow", "lost");
        await first.CallAsync("slow", 7);
        Assert.True(await reached.WaitAsync(TimeSpan.FromMinutes(1)) && await reached.WaitAsync(TimeSpan.FromMinutes(1)));
        first.End();
        var second = await _sidecar.StreamAsync();
        turnGate.Set();
        activityGate.SetResult();
        await second.StartAsync("flow", "next");

        Assert.Equal("next", (await _sidecar.TurnAsync()).InstanceId);
        Assert.Equal(7, (await _sidecar.ActivityAsync()).TaskId);
        await host.StopAsync();
        Assert.False(_sidecar.HasMore);
    }

    [Theory]
    [InlineData(GrpcStatusCode.Unavailable, true)]
    [InlineData(GrpcStatusCode.Internal, true)]
    [InlineData(GrpcStatusCode.FailedPrecondition, false)]
    [InlineData(GrpcStatusCode.Unknown, false)]
    public async Task A_result_that_is_not_taken_opens_the_stream_again_only_if_the_sidecar_still_waits_for_it(
        GrpcStatusCode status, bool reopened)
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sidecar.Refusal = path => path == "CompleteOrchestratorTask" && refused.TrySetResult() ? new GrpcException(status, "no") : null;
        await _sidecar.ApplicationAsync(Register);
        var stream = await _sidecar.StreamAsync();
        await stream.StartAsync("flow", "i-1");
        await refused.Task.WaitAsync(TimeSpan.FromMinutes(1));
        if (reopened) stream = await _sidecar.StreamAsync();
        await stream.StartAsync("flow", "i-2");

        Assert.Equal("i-2", (await _sidecar.TurnAsync()).InstanceId);
    }

    [Fact]
    public async Task A_result_that_the_sidecar_finds_too_large_fails_its_instance()
    {
        var refused = false;
        _sidecar.Refusal = path => path == "CompleteOrchestratorTask" && !Interlocked.Exchange(ref refused, true)
            ? new GrpcException(GrpcStatusCode.ResourceExhausted, "more than 4 MiB")
            : null;
        await _sidecar.ApplicationAsync(Register);
        await (await _sidecar.StreamAsync()).StartAsync("flow", "i-1", "t");

        var turn = await _sidecar.TurnAsync();
        Assert.Equal(("PayloadTooLarge", "t"), (turn.Failure().ErrorType, turn.CompletionToken));
    }

    [Fact]
    public async Task A_turn_that_blocks_its_thread_is_logged()
    {
        using var lines = new LogLines();
        using var gate = new ManualResetEventSlim();
        using var reached = new SemaphoreSlim(0);
        var clock = new ManualClock();
        await _sidecar.ApplicationAsync(
            options => options.RegisterWorkflow<string, string>("flow", (_, _) =>
            {
                reached.Release();
                gate.Wait();
                return Task.FromResult("");
            }),
            clock,
            services => services.AddLogging(logging => logging.AddProvider(lines)));
        await (await _sidecar.StreamAsync()).StartAsync("flow", "stuck");
        Assert.True(await reached.WaitAsync(TimeSpan.FromMinutes(1)));
        await clock.PassAsync(TimeSpan.FromSeconds(30));
        gate.Set();
        await _sidecar.TurnAsync();

        Assert.StartsWith(
            "Instance stuck: a turn has been running for 00:00:30", Assert.Single(lines.At(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_is_not_in_the_item_is_asked_for()
    {
        await _sidecar.ApplicationAsync(Register);
        _sidecar.History.Events.AddRange([Turn(), Start(name: "flow"), Scheduled(0, "act")]);
        await (await _sidecar.StreamAsync()).SendAsync(new()
        {
            WorkflowRequest = new() { InstanceId = "i", RequiresHistoryStreaming = true, NewEvents = { Turn(1), Completed(0, "x") } },
        });

        Assert.Equal("\"x\"", (await _sidecar.TurnAsync()).Result());
    }

    [Fact]
    public async Task An_item_of_an_unknown_kind_is_passed_over()
    {
        await _sidecar.ApplicationAsync(Register);
        var stream = await _sidecar.StreamAsync();
        await stream.SendAsync(new WorkItem { CompletionToken = "?" });
        await stream.StartAsync("flow", "i");

        Assert.Equal("i", (await _sidecar.TurnAsync()).InstanceId);
    }

    [Fact]
    public async Task A_worker_that_stops_takes_nothing_more_and_ends_its_stream_after_its_last_result()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await _sidecar.ApplicationAsync(options =>
        {
            Register(options);
            options.RegisterActivity<string, string>("slow", async (_, _) =>
            {
                reached.TrySetResult();
                await gate.Task;
                return "";
            });
        });
        var stream = await _sidecar.StreamAsync();
        await stream.CallAsync("slow", 1);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var stop = host.StopAsync();
        await stream.CallAsync("act", 2);
        // A worker that does not wait shows it here.
        await Task.WhenAny(stop, stream.Closed, Task.Delay(300));
        Assert.False(stop.IsCompleted || stream.Closed.IsCompleted);
        gate.SetResult();
        await stop.WaitAsync(TimeSpan.FromMinutes(1));
        await stream.Closed.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, (await _sidecar.ActivityAsync()).TaskId);
        Assert.False(_sidecar.HasMore);
    }

    private static async Task PassUntilAsync(ManualClock clock, Task done)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!done.IsCompleted)
        {
            clock.Pass(TimeSpan.FromSeconds(1));
            await timer.WaitForNextTickAsync();
        }
        await done;
    }
}
