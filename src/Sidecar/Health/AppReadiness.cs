using System.Net.Sockets;

namespace McpMesh.Sidecar.Health;

/// <summary>Whether the app accepts connections. It may start later than the sidecar, and it may be restarted.</summary>
internal sealed class AppReadiness(string address, int port)
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private TaskCompletionSource _ready = NewSource();
    private TaskCompletionSource _lost = NewSource();

    /// <summary>False without an app port: there is nothing to wait for.</summary>
    public bool HasApp => port > 0;

    public bool IsReady => !HasApp || _ready.Task.IsCompletedSuccessfully;

    public Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _ready.Task.WaitAsync(cancellationToken);
    }

    public Task WhenLostAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _lost.Task.WaitAsync(cancellationToken);
    }

    /// <summary>A connection was refused: wait for the app again.</summary>
    public void Lost()
    {
        TaskCompletionSource lost;
        lock (_gate)
        {
            if (!_ready.Task.IsCompleted) return;
            _ready = NewSource();
            lost = _lost;
            _lost = NewSource();
        }

        lost.TrySetResult();
    }

    /// <summary>Probes while the app is away. A listening socket announces itself to nobody, so it has to be tried.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!HasApp) return;
        using var timer = new PeriodicTimer(ProbeInterval);
        try
        {
            while (true)
            {
                while (!await AcceptsAsync(stop)) await timer.WaitForNextTickAsync(stop);
                Task lost;
                TaskCompletionSource ready;
                lock (_gate)
                {
                    lost = _lost.Task;
                    ready = _ready;
                }

                ready.TrySetResult();
                await lost.WaitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> AcceptsAsync(CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, port, stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
