using System.Threading.Channels;
using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>
/// Events for a workflow that takes two in a generation, at the moments at which one could get lost: in the turn that continues as new,
/// and while that turn is in the worker's hand.
/// </summary>
public sealed class ContinueAsNewTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly WorkflowMesh _mesh = new();
    private readonly Channel<(WorkflowRequest Turn, TaskCompletionSource Go)> _held =
        Channel.CreateUnbounded<(WorkflowRequest Turn, TaskCompletionSource Go)>();
    private WorkflowClient _client = null!;

    public async Task InitializeAsync()
    {
        var sidecar = await _mesh.SidecarAsync();
        _client = _mesh.Client(sidecar);
        var worker = _mesh.Worker(sidecar).Workflow("Collect", WorkflowScenarios.CollectAsync);
        worker.Before = item => Raised(item.WorkflowRequest) > 0 ? HoldAsync(item.WorkflowRequest) : Task.CompletedTask;
        await worker.StartAsync();
        await _client.StartAsync("Collect", "", "collect");
    }

    public Task DisposeAsync() => _mesh.DisposeAsync().AsTask();

    ValueTask IAsyncDisposable.DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task Events_that_a_turn_brings_beyond_what_its_generation_takes_are_carried_over()
    {
        await RaiseAsync("a");
        await LetGoAsync(events: 1, meanwhile: "bcdef");
        await LetGoAsync(events: 5); // takes b
        await LetGoAsync(events: 4);
        await LetGoAsync(events: 2);
        Assert.Equal("abcdef", (await _client.CompletionAsync("collect")).Output);
    }

    [Fact]
    public async Task Events_that_come_while_the_turn_that_continues_as_new_is_in_hand_go_to_the_next_generation()
    {
        await RaiseAsync("a");
        await LetGoAsync(events: 1);
        await RaiseAsync("b");
        await LetGoAsync(events: 1, meanwhile: "cd");
        await LetGoAsync(events: 2, meanwhile: "e");
        await LetGoAsync(events: 1, meanwhile: "f");
        await LetGoAsync(events: 1);
        Assert.Equal("abcdef", (await _client.CompletionAsync("collect")).Output);
    }

    private async Task RaiseAsync(string items)
    {
        foreach (var item in items) await _client.RaiseAsync("collect", "item", $"{item}");
    }

    /// <summary>Lets the worker answer the turn in its hand, after some events have been accepted.</summary>
    private async Task LetGoAsync(int events, string meanwhile = "")
    {
        using var limit = new CancellationTokenSource(Patience);
        var (turn, go) = await _held.Reader.ReadAsync(limit.Token);
        Assert.Equal(events, Raised(turn));
        await RaiseAsync(meanwhile);
        go.SetResult();
    }

    private Task HoldAsync(WorkflowRequest turn)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held.Writer.TryWrite((turn, go));
        return go.Task;
    }

    private static int Raised(WorkflowRequest? turn) => turn?.NewEvents.Count(e => e.EventRaised is not null) ?? 0;
}
