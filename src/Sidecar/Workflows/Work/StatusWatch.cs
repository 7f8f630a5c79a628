using System.Collections.Concurrent;
using McpMesh.Sidecar.Workflows.Store;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>
/// Tells those that wait for an instance that it may have changed: at once when this process changed it, and when another process has
/// written to the file.
/// </summary>
internal sealed class StatusWatch(WorkflowDatabase database, TimeProvider clock)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Ends with the next change. Take it before looking, so that no change falls between.</summary>
    public Task NextChange(string instanceId) =>
        _waiting.GetOrAdd(instanceId, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(string instanceId)
    {
        if (_waiting.TryRemove(instanceId, out var waiting)) waiting.TrySetResult();
    }

    /// <summary>Looks after changes by other processes, as long as somebody waits.</summary>
    /// <param name="isAlone">Whether there is no other that could turn this app's instances.</param>
    public async Task RunAsync(Func<bool> isAlone, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var limit = Task.Delay(LongestWait, clock, over.Token);
                await Task.WhenAny(limit, isAlone() ? limit : database.NextChange());
                await over.CancelAsync();
                stop.ThrowIfCancellationRequested();
                foreach (var id in _waiting.Keys) Changed(id);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }
}
