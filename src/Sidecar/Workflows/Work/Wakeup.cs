using System.Threading.Channels;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>Wakes one loop; any number of signals before it looks count as one.</summary>
internal sealed class Wakeup
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private Task? _next;

    public void Signal() => _signals.Writer.TryWrite(true);

    /// <summary>Ends with the next signal, with one that was given before, with <paramref name="change"/>, or after a time.</summary>
    public async Task WaitAsync(Task change, TimeSpan? limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        _next ??= _signals.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_next, change, Task.Delay(limit ?? Timeout.InfiniteTimeSpan, clock, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (!_next.IsCompleted) return;
        _signals.Reader.TryRead(out _);
        _next = null;
    }
}
