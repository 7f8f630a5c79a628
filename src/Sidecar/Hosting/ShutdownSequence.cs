using McpMesh.Sidecar.Health;

namespace McpMesh.Sidecar.Hosting;

/// <summary>
/// The stages of an end: draining (nobody calls here any more, no message is taken, the API still answers), stopping, and, when the grace
/// period is over or a second signal comes, abort.
/// </summary>
internal sealed partial class ShutdownSequence(ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();

    public CancellationToken Draining => _draining.Token;

    public CancellationToken Stopping => _stopping.Token;

    public CancellationToken Abort => _abort.Token;

    /// <summary>Asked for by the API: once is as good as twice.</summary>
    public void Begin() => _draining.Cancel();

    /// <summary>The first begins it, the second ends its patience.</summary>
    public void Signal()
    {
        if (!_draining.IsCancellationRequested)
        {
            _draining.Cancel();
            return;
        }

        Hurried(logger);
        _stopping.Cancel();
        _abort.Cancel();
    }

    public async Task UntilDrainingAsync()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _draining.Token.Register(begun.SetResult);
        await begun.Task;
    }

    /// <summary>
    /// <c>--dapr-block-shutdown-duration</c>: goes on until it has passed, or the app is unhealthy. Then the end has its grace.
    /// </summary>
    public async Task BlockAsync(TimeSpan? duration, TimeSpan grace, AppReadiness readiness, TimeProvider clock)
    {
        if (duration is { } limit && limit > TimeSpan.Zero && readiness.IsReady)
        {
            Blocking(logger, limit);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            await Task.WhenAny(readiness.WhenLostAsync(end.Token), Task.Delay(limit, clock, end.Token));
            await end.CancelAsync();
        }

        Ending(logger, grace.TotalSeconds);
        await _stopping.CancelAsync();
        _abort.CancelAfter(grace);
    }

    public void Dispose()
    {
        _draining.Dispose();
        _stopping.Dispose();
        _abort.Dispose();
    }

    [LoggerMessage(34, LogLevel.Information, "stopping; requests and deliveries under way get {Seconds} s")]
    private static partial void Ending(ILogger logger, double seconds);

    [LoggerMessage(37, LogLevel.Information, "Blocking graceful shutdown for {Duration} or until app reports unhealthy...")]
    private static partial void Blocking(ILogger logger, TimeSpan duration);

    [LoggerMessage(38, LogLevel.Warning, "a second signal: what is under way is broken off")]
    private static partial void Hurried(ILogger logger);
}
