using System.Collections.Concurrent;
using McpMesh.DaprProtos;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Workflows.Store;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>
/// Takes what is due out of the file and runs it on the workers that are connected. Several sidecars of an app share the file: each turn
/// and each activity is leased, and what is written is checked against the lease in the same transaction.
/// </summary>
internal sealed partial class WorkflowEngine : IAsyncDisposable
{
    // Small beside a sidecar's 60 MB, and enough for thousands of instances of ordinary size.
    private const long CacheBytes = 8 << 20;
    private readonly WorkflowSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _appId;
    private readonly Membership _membership;
    private readonly TurnRunner _turns;
    private readonly ActivityRunner _activities;
    private readonly Wakeup _wakeup = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly ConcurrentDictionary<long, int> _failures = new();
    private readonly Task[] _loops;
    private int _activeTurns;
    private int _activeActivities;

    public WorkflowEngine(
        SidecarOptions options, WorkflowSettings settings, WorkflowDatabase database, TimeProvider clock, ILogger logger)
    {
        _settings = settings;
        _clock = clock;
        _logger = logger;
        _appId = options.AppId;
        Database = database;
        Watch = new StatusWatch(database, clock);
        _membership = new Membership(database, options.AppId, clock);
        _turns = new TurnRunner(
            database, Workers, new HistoryCache(CacheBytes), new PayloadGuard(options.MaxBodySize), settings, options.AppId,
            options.Namespace, clock);
        _activities = new ActivityRunner(database, Workers, clock);
        _loops = [ClaimAsync(), BeatAsync(), Watch.RunAsync(() => _membership.IsAlone, _stop.Token)];
    }

    public WorkflowDatabase Database { get; }

    public WorkerPool Workers { get; } = new();

    public StatusWatch Watch { get; }

    /// <summary>Something of this app may have become due.</summary>
    public void Wake() => _wakeup.Signal();

    /// <summary>Serves one GetWorkItems call to its end.</summary>
    public async Task ServeAsync(IGrpcStreamWriter<EncodedWorkItem> worker, CancellationToken cancellationToken)
    {
        // In this order: one that leaves at this moment sees that there is a worker, or is entered anew.
        var stream = Workers.Connect();
        try
        {
            await _membership.EnterAsync();
            WorkerConnected(_logger, Workers.Workers);
            await WakeStalledAsync();
            await stream.RunAsync(worker, cancellationToken);
        }
        finally
        {
            Workers.Disconnect(stream);
            WorkerDisconnected(_logger, Workers.Workers);
            try
            {
                await WakeStalledAsync();
            }
            finally
            {
                await _membership.LeaveAsync(() => Workers.Workers == 0);
            }
        }
    }

    /// <summary>To be called when no worker is served any more: waits for what is being written, and leaves.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _membership.LeaveAsync(() => true);
        _membership.Dispose();
        _stop.Dispose();
        Database.Dispose();
    }

    private async Task ClaimAsync()
    {
        try
        {
            while (true)
            {
                var change = Database.NextChange();
                var (claimed, wait) = await TryClaimAsync();
                if (!claimed) await _wakeup.WaitAsync(change, wait, _clock, _stop.Token);
                _stop.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    /// <summary>Whether something was taken, and else how long until something is due.</summary>
    private async Task<(bool Claimed, TimeSpan? Wait)> TryClaimAsync()
    {
        try
        {
            var owner = _membership.Number;
            var places = Workers.Workers * WorkerStream.MostOfAKind;
            var turns = Math.Min(_settings.MostTurns, places) - Volatile.Read(ref _activeTurns);
            var activities = Math.Min(_settings.MostActivities, places) - Volatile.Read(ref _activeActivities);
            if (owner == 0 || (turns <= 0 && activities <= 0)) return (false, null);
            var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
            var due = await Database.ReadAsync(session => LeaseTable.Peek(session, _appId, now));
            var claimed = 0;
            if ((due.HasTurns && turns > 0) || (due.HasActivities && activities > 0))
            {
                var (instances, tasks) = await Database.WriteAsync(
                    session => WorkClaim.Run(session, _appId, owner, now, Math.Max(0, turns), Math.Max(0, activities)), durable: false);
                foreach (var instance in instances) Track(RunTurnsAsync(instance));
                foreach (var task in tasks) Track(RunActivityAsync(task));
                claimed = instances.Count + tasks.Count;
            }

            var wait = due.NextWake is { } next && next > now ? TimeSpan.FromMilliseconds(Math.Min(next - now, 60_000)) : (TimeSpan?)null;
            return (claimed > 0, wait);
        }
        catch (Exception error) when (error is not OutOfMemoryException && !_stop.IsCancellationRequested)
        {
            // Whatever it is: without this loop no workflow of the app would go on, and nobody would be told.
            NotClaimed(_logger, error is Storage.StorageException ? error.Message : error.ToString());
            return (false, TimeSpan.FromSeconds(1));
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(SidecarTable.BeatInterval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    if (await _membership.BeatAsync()) Wake();
                }
                catch (Exception error) when (error is not OutOfMemoryException && !_stop.IsCancellationRequested)
                {
                    NoBeat(_logger, error is Storage.StorageException ? error.Message : error.ToString());
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    // Those who stay, or come, may have the version of the code that was missing.
    private async Task WakeStalledAsync()
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        await Database.WriteAsync(session => InstanceTable.WakeStalled(session, _appId, now), durable: false);
        Wake();
    }

    private void Track(Task task)
    {
        _running[task] = true;
        _ = task.ContinueWith(
            done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    [LoggerMessage(70, LogLevel.Information, "a workflow worker has connected; there are {Workers}")]
    private static partial void WorkerConnected(ILogger logger, int workers);

    [LoggerMessage(71, LogLevel.Information, "a workflow worker has gone; there are {Workers}")]
    private static partial void WorkerDisconnected(ILogger logger, int workers);

    [LoggerMessage(72, LogLevel.Warning, "no workflow work could be taken: {Reason}")]
    private static partial void NotClaimed(ILogger logger, string reason);

    [LoggerMessage(73, LogLevel.Warning, "no sign of life could be left for the other sidecars: {Reason}")]
    private static partial void NoBeat(ILogger logger, string reason);
}
