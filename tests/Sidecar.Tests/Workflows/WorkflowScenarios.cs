using Google.Protobuf.WellKnownTypes;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>One sidecar and one worker for all scenarios; each test has instances of its own.</summary>
public sealed class WorkflowScenarios : IAsyncLifetime, IAsyncDisposable
{
    private readonly WorkflowMesh _mesh = new();
    private readonly TaskCompletionSource _countedTwice = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _counted;

    internal WorkflowClient Client { get; private set; } = null!;

    /// <summary>Ends when the activity Count has run twice.</summary>
    internal Task CountedTwice => _countedTwice.Task;

    public async Task InitializeAsync()
    {
        var sidecar = await _mesh.SidecarAsync();
        Client = _mesh.Client(sidecar);
        await _mesh.Worker(sidecar)
            .Activity("Double", text => text + text)
            .Activity("Count", Count)
            .Activity("Fail", (string? _) => throw new InvalidOperationException("broken on purpose"))
            .Workflow("Sequence", SequenceAsync)
            .Workflow("FanOut", FanOutAsync)
            .Workflow("Timers", TimersAsync)
            .Workflow("Events", async run => $"{await run.WaitForEvent("first")},{await run.WaitForEvent("SECOND")}")
            .Workflow("Catch", CatchAsync)
            .Workflow("Parent", async run => $"{await run.CallChild("Sequence", run.Input)}!")
            .Workflow("ParentOfWaiting", async run => await run.CallChild("Events", id: run.Input!))
            .Workflow("Forget", ForgetAsync)
            .Workflow("CountDown", CountDown)
            .Workflow("Collect", CollectAsync)
            .Workflow("Sender", Sender)
            .Workflow("Nothing", _ => Task.FromResult<string?>(null))
            .StartAsync();
    }

    public Task DisposeAsync() => _mesh.DisposeAsync().AsTask();

    ValueTask IAsyncDisposable.DisposeAsync() => _mesh.DisposeAsync();

    private string? Count(string? text)
    {
        if (Interlocked.Increment(ref _counted) == 2) _countedTwice.TrySetResult();
        return text;
    }

    private static async Task<string?> SequenceAsync(WorkflowRun run)
    {
        run.CustomStatus = "first";
        var once = await run.CallActivity("Double", run.Input);
        run.CustomStatus = "second";
        return await run.CallActivity("Double", once);
    }

    private static async Task<string?> FanOutAsync(WorkflowRun run)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => run.CallActivity("Double", $"{i}")));
        return string.Join(',', results);
    }

    private static async Task<string?> TimersAsync(WorkflowRun run)
    {
        var never = run.CreateTimer(new Timestamp { Seconds = 253_402_300_799, Nanos = 999_999_999 });
        var begun = run.Now;
        await run.CreateTimer(TimeSpan.FromMilliseconds(300));
        var short1 = run.CreateTimer(TimeSpan.FromMilliseconds(200));
        var short2 = run.CreateTimer(TimeSpan.FromMilliseconds(100));
        await Task.WhenAll(short1, short2);
        return never.IsCompleted ? "the end of time came" : $"{(run.Now - begun).TotalMilliseconds:F0}";
    }

    private static async Task<string?> CatchAsync(WorkflowRun run)
    {
        try
        {
            return await run.CallActivity("Fail");
        }
        catch (TaskFailedException error)
        {
            return $"{error.Details!.ErrorType}: {error.Message}";
        }
    }

    private static async Task<string?> ForgetAsync(WorkflowRun run)
    {
        _ = run.CallActivity("Count");
        await run.WaitForEvent("go");
        _ = run.CallActivity("Count");
        return "gone";
    }

    private static Task<string?> CountDown(WorkflowRun run)
    {
        var left = int.Parse(run.Input!, null);
        if (left > 0) run.ContinueAsNew($"{left - 1}");
        return Task.FromResult<string?>("zero");
    }

    // Takes two events, then begins anew with what it has; what it did not take is carried over.
    internal static async Task<string?> CollectAsync(WorkflowRun run)
    {
        var all = $"{run.Input}{await run.WaitForEvent("item")}";
        all += await run.WaitForEvent("item");
        if (all.Length >= 6) return all;
        run.ContinueAsNew(all);
        return null;
    }

    private static Task<string?> Sender(WorkflowRun run)
    {
        run.SendEvent(run.Input!, "first", "a");
        run.SendEvent(run.Input!, "second", "b");
        return Task.FromResult<string?>("sent");
    }
}
