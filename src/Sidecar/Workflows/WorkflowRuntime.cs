using McpMesh.Grpc;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.State;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Work;

namespace McpMesh.Sidecar.Workflows;

/// <summary>The workflow engine of this sidecar. A sidecar whose app uses no workflows never starts it.</summary>
/// <param name="store">The state store with <c>actorStateStore: "true"</c>; null when no component has it.</param>
internal sealed class WorkflowRuntime(
    IStateStore? store, SidecarOptions options, WorkflowSettings settings, ILogger logger, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<WorkflowEngine>? _engine;

    public bool HasStore => store is not null;

    /// <summary>For the metadata API.</summary>
    public int Workers => _engine is { IsCompletedSuccessfully: true } engine ? engine.Result.Workers.Workers : 0;

    /// <exception cref="GrpcException">No state store is configured for actors.</exception>
    public Task<WorkflowEngine> EngineAsync()
    {
        if (store is null)
            return Task.FromException<WorkflowEngine>(new GrpcException(GrpcStatusCode.Internal, Api.WorkflowErrors.NoActorStore));
        lock (_gate)
        {
            if (_engine is null or { IsFaulted: true }) _engine = StartAsync(store);
            return _engine;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not { } engine) return;
        await ((Task)engine).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (engine.IsCompletedSuccessfully) await engine.Result.DisposeAsync();
    }

    private async Task<WorkflowEngine> StartAsync(IStateStore actors) =>
        new(options, settings, await WorkflowDatabase.OpenAsync(actors), clock, logger);
}
