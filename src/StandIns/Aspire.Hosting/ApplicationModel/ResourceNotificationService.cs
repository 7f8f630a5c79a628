using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Tells what state every resource is in.</summary>
public class ResourceNotificationService : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private bool _disposed;

    /// <summary>Waits until a replica of the resource is in the state.</summary>
    /// <param name="resourceName">Name of the resource.</param>
    /// <param name="targetState">State; <see cref="KnownResourceStates.Running"/> when not given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <summary>Waits until a replica of the resource is in one of the states; gives that state.</summary>
    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var reached = await WaitForResourceAsync(
            resourceName, change => change.Snapshot.State is { } state && states.Contains(state.Text), cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    /// <summary>Waits until the predicate holds for a replica of the resource.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken))
        {
            if (string.Equals(change.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(change)) return change;
        }

        throw new OperationCanceledException("The application has been disposed.");
    }

    /// <summary>Waits until a replica of the resource is healthy.</summary>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);

    /// <summary>Waits until a replica of the resource is healthy.</summary>
    /// <exception cref="DistributedApplicationException">The resource cannot become healthy, and the caller asked to stop then.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName,
            change => change.Snapshot.HealthStatus == HealthStatus.Healthy
                || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsFinal(change)),
            cancellationToken);
        return reached.Snapshot.HealthStatus == HealthStatus.Healthy
            ? reached
            : throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");
    }

    /// <summary>Waits for everything that the resource must come after.</summary>
    /// <exception cref="DistributedApplicationException">A dependency ended with another exit code than expected.</exception>
    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>().Select(wait => WaitForAsync(resource, wait, cancellationToken)));
    }

    /// <summary>The current state of every replica, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var changes = Channel.CreateUnbounded<ResourceEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_lock)
        {
            foreach (var known in _current.Values) changes.Writer.TryWrite(known);
            if (_disposed) changes.Writer.TryComplete();
            else _watchers.Add(changes);
        }

        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(cancellationToken)) yield return change;
        }
        finally
        {
            lock (_lock) _watchers.Remove(changes);
        }
    }

    /// <summary>The current state of a replica.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock) return _current.TryGetValue(resourceId, out resourceEvent);
    }

    /// <summary>Changes the state of a replica and tells everybody.</summary>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(stateFactory);
        lock (_lock)
        {
            var former = _current.TryGetValue(resourceId, out var known)
                ? known.Snapshot
                : new CustomResourceSnapshot
                {
                    ResourceType = resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
                    Properties = []
                };
            var change = new ResourceEvent(resource, resourceId, stateFactory(former));
            _current[resourceId] = change;
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(change);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var watcher in _watchers) watcher.Writer.TryComplete();
        }

        GC.SuppressFinalize(this);
    }

    private async Task WaitForAsync(IResource resource, WaitAnnotation wait, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        switch (wait.WaitType)
        {
            case WaitType.WaitUntilHealthy:
                await WaitForResourceHealthyAsync(name, cancellationToken);
                break;
            case WaitType.WaitUntilStarted:
                await WaitForResourceAsync(name, KnownResourceStates.Running, cancellationToken);
                break;
            default:
                var ended = await WaitForResourceAsync(name, IsFinal, cancellationToken);
                if (ended.Snapshot.ExitCode != wait.ExitCode)
                {
                    throw new DistributedApplicationException(
                        $"Resource '{resource.Name}' cannot start: '{name}' ended with exit code " +
                            $"{ended.Snapshot.ExitCode?.ToString() ?? "none"}, not {wait.ExitCode}.");
                }

                break;
        }
    }

    private static bool IsFinal(ResourceEvent change) =>
        change.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);
}
