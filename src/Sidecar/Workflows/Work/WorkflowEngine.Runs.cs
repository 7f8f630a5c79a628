using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Work;

internal sealed partial class WorkflowEngine
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private async Task RunTurnsAsync(InstanceLease lease)
    {
        Interlocked.Increment(ref _activeTurns);
        try
        {
            while (true)
            {
                var result = await _turns.RunAsync(lease);
                _failures.TryRemove(lease.Number, out _);
                Watch.Changed(lease.Row.Id);
                // New activities, children and the parent are found by the claiming loop.
                Wake();
                if (result is not { HasMore: true }) return;
                lease = lease with { Row = result.Row };
            }
        }
        catch (LeaseLostException)
        {
            NotHeld(_logger, lease.Row.Id);
        }
        catch (NoWorkerException)
        {
            // All leases go back together, with the membership.
            await ReleaseAsync(lease, TimeSpan.Zero);
        }
        catch (TurnRefusedException error)
        {
            Refused(_logger, lease.Row.Id, error.Message);
            await ReleaseAsync(lease, PauseAfterFailure(lease.Number));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            TurnFailed(_logger, error, lease.Row.Id);
            await ReleaseAsync(lease, PauseAfterFailure(lease.Number));
        }
        finally
        {
            Interlocked.Decrement(ref _activeTurns);
            Wake();
        }
    }

    private async Task RunActivityAsync(ActivityLease lease)
    {
        Interlocked.Increment(ref _activeActivities);
        try
        {
            await _activities.RunAsync(lease);
            _failures.TryRemove(-lease.Number, out _);
        }
        catch (LeaseLostException)
        {
            ActivityNotHeld(_logger, lease.TaskId);
        }
        catch (NoWorkerException)
        {
            await ReleaseAsync(lease);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            ActivityFailed(_logger, error, lease.TaskId);
            await PauseAsync(PauseAfterFailure(-lease.Number));
            await ReleaseAsync(lease);
        }
        finally
        {
            Interlocked.Decrement(ref _activeActivities);
            Wake();
        }
    }

    private TimeSpan PauseAfterFailure(long what)
    {
        var failures = _failures.AddOrUpdate(what, 1, static (_, count) => count + 1);
        var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(failures, 16)));
        return (pause < LongestPause ? pause : LongestPause) * (0.5 + Random.Shared.NextDouble() / 2);
    }

    private async Task PauseAsync(TimeSpan pause) =>
        await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // A lease must not outlive its run: nobody else would ever take the instance as long as this sidecar lives.
    private Task ReleaseAsync(InstanceLease lease, TimeSpan pause) => WriteInAnyCaseAsync(session =>
        LeaseTable.Release(session, lease, _clock.GetUtcNow().Add(pause).ToUnixTimeMilliseconds()));

    private Task ReleaseAsync(ActivityLease lease) => WriteInAnyCaseAsync(session => ActivityTable.Release(session, lease));

    private async Task WriteInAnyCaseAsync(Action<SqliteSession> change)
    {
        while (true)
        {
            try
            {
                await Database.WriteAsync(session =>
                {
                    change(session);
                    return true;
                }, durable: false);
                return;
            }
            catch (StorageException error) when (!_stop.IsCancellationRequested)
            {
                NotReleased(_logger, error.Message);
                await PauseAsync(TimeSpan.FromSeconds(1));
            }
            catch (Exception error) when (error is StorageException or ObjectDisposedException)
            {
                return; // It is given back with the membership, or runs out with the beat.
            }
        }
    }

    [LoggerMessage(74, LogLevel.Warning, "a turn of workflow {Instance} was lost to another sidecar; nothing of it was written")]
    private static partial void NotHeld(ILogger logger, string instance);

    [LoggerMessage(75, LogLevel.Error, "a worker's answer to a turn of workflow {Instance} was refused: {Reason}")]
    private static partial void Refused(ILogger logger, string instance, string reason);

    [LoggerMessage(76, LogLevel.Error, "a turn of workflow {Instance} failed and will be repeated")]
    private static partial void TurnFailed(ILogger logger, Exception error, string instance);

    [LoggerMessage(77, LogLevel.Warning, "activity {Task} was lost to another sidecar; its result was not written")]
    private static partial void ActivityNotHeld(ILogger logger, int task);

    [LoggerMessage(78, LogLevel.Error, "activity {Task} failed in the sidecar and will be repeated")]
    private static partial void ActivityFailed(ILogger logger, Exception error, int task);

    [LoggerMessage(79, LogLevel.Warning, "a lease could not be given back: {Reason}")]
    private static partial void NotReleased(ILogger logger, string reason);
}
