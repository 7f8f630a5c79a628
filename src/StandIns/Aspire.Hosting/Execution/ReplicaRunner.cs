using System.Collections.Immutable;
using System.ComponentModel;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution;

/// <summary>
/// Runs one replica of a resource: waits for what must come first, starts the process, watches its health, and starts it again when it ends
/// although nobody asked it to. Tells every change of state.
/// </summary>
internal sealed partial class ReplicaRunner(
    IResource resource, int replica, string id, bool runsToCompletion, ReplicaServices services, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private CancellationTokenSource? _run;
    private Task _running = Task.CompletedTask;

    public IResource Resource { get; } = resource;

    public string Id { get; } = id;

    /// <summary>Starts the replica if it does not run. Returns at once; states tell the rest.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_run is not null) return Task.CompletedTask;
            var run = _run = new CancellationTokenSource();
            _running = Task.Run(() => RunAsync(run.Token), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops the replica; it does not come back by itself.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        CancellationTokenSource? run;
        Task running;
        lock (_lock)
        {
            run = _run;
            running = _running;
            _run = null;
        }

        if (run is not null) await run.CancelAsync();
        await running.WaitAsync(cancellationToken);
        run?.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await PublishAsync(KnownResourceStates.Waiting);
            await services.Notifications.WaitForDependenciesAsync(Resource, stopping);
            var backoff = new RestartBackoff(services.Time);
            while (true)
            {
                backoff.Started();
                var exitCode = await RunOnceAsync(stopping);
                if (stopping.IsCancellationRequested || runsToCompletion)
                {
                    await PublishAsync(exitCode == 0 ? KnownResourceStates.Finished : KnownResourceStates.Exited, exitCode: exitCode);
                    return;
                }

                LogEnded(logger, Id, exitCode);
                if (backoff.Next() is not { } pause) throw new DistributedApplicationException($"it keeps ending (exit code {exitCode})");
                await PublishAsync(KnownResourceStates.Starting, exitCode: exitCode);
                await Task.Delay(pause, services.Time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await PublishAsync(KnownResourceStates.Exited);
        }
        catch (Exception failure) when (failure is DistributedApplicationException or Win32Exception or InvalidOperationException)
        {
            LogFailedToStart(logger, Id, failure.Message);
            await PublishAsync(KnownResourceStates.FailedToStart);
        }
    }

    private async Task<int> RunOnceAsync(CancellationToken stopping)
    {
        await PublishAsync(KnownResourceStates.Starting);
        var start = await services.Environment.PrepareAsync(Resource, replica, Id, stopping);
        stopping.ThrowIfCancellationRequested();
        var process = ChildProcess.Start(start, services.Reaper, Id, services.Log);
        await PublishAsync(KnownResourceStates.Running, process.Id);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var health = WatchHealthAsync(ended.Token);
        try
        {
            return await process.Exited.WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            await PublishAsync(KnownResourceStates.Stopping, process.Id);
            await process.StopAsync(StopGrace);
            return await process.Exited;
        }
        finally
        {
            await ended.CancelAsync();
            await health;
        }
    }

    private async Task WatchHealthAsync(CancellationToken cancellationToken)
    {
        var probes = Resource.Annotations.OfType<HttpHealthProbeAnnotation>().ToArray();
        try
        {
            await services.Health.WatchAsync(
                probes, replica, status => Publish(snapshot => snapshot with { HealthStatus = status }), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The process has ended, or is to end: nothing more to watch.
        }
    }

    private Task PublishAsync(string state, int? processId = null, int? exitCode = null)
    {
        var urls = Resource.Annotations.OfType<EndpointAnnotation>()
            .Select(endpoint => new UrlSnapshot(
                endpoint.Name,
                new PairedEndpointExpression(new EndpointReference((IResourceWithEndpoints)Resource, endpoint.Name), EndpointProperty.Url)
                    .ResolveForReplica(replica),
                IsInternal: false))
            .ToImmutableArray();
        ImmutableArray<ResourcePropertySnapshot> properties = processId is { } pid ? [new("executable.pid", pid)] : [];
        return Publish(snapshot => snapshot with
        {
            State = state,
            HealthStatus = null,
            ExitCode = exitCode,
            Urls = urls,
            Properties = properties,
        });
    }

    private Task Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        services.Notifications.PublishUpdateAsync(Resource, Id, change);

    [LoggerMessage(1, LogLevel.Warning, "{Replica} ended with exit code {ExitCode} and is started again.")]
    private static partial void LogEnded(ILogger logger, string replica, int exitCode);

    [LoggerMessage(2, LogLevel.Error, "{Replica} failed to start: {Reason}.")]
    private static partial void LogFailedToStart(ILogger logger, string replica, string reason);
}
