using System.Net.Sockets;

namespace McpMesh.Sidecar.Health;

/// <summary>
/// Whether the app may be called: it accepts connections, and where its health is probed, it says that it is healthy. It may start later
/// than the sidecar, and it may be restarted.
/// </summary>
internal sealed class AppReadiness(string address, int port, bool isProbed)
{
    private static readonly TimeSpan ConnectInterval = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private TaskCompletionSource _ready = NewSource();
    private TaskCompletionSource _lost = NewSource();
    private volatile bool _answered;

    /// <summary>False without an app port: there is nothing to wait for.</summary>
    public bool HasApp => port > 0;

    public bool IsReady => !HasApp || _ready.Task.IsCompletedSuccessfully;

    /// <summary>Whether a probed app has said no (or nothing yet): it is not called then.</summary>
    public bool IsUnhealthy => isProbed && !IsReady;

    /// <summary>Whether there is an app to talk to, healthy or not.</summary>
    public bool IsConnected => isProbed ? _answered || IsReady : IsReady;

    public Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _ready.Task.WaitAsync(cancellationToken);
    }

    public Task WhenLostAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _lost.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The app answered a probe, whatever it said.</summary>
    public void Answered() => _answered = true;

    /// <summary>The app takes connections, or is healthy.</summary>
    /// <returns>False when that was known.</returns>
    public bool Found()
    {
        lock (_gate) return _ready.TrySetResult();
    }

    /// <summary>Ends when the port takes a connection.</summary>
    public async Task WhenPortOpensAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(ConnectInterval);
        while (!await AcceptsAsync(stop)) await timer.WaitForNextTickAsync(stop);
    }

    /// <summary>A connection was refused, or the app is unhealthy: wait for it again.</summary>
    /// <returns>False when that was known.</returns>
    public bool Lost()
    {
        TaskCompletionSource lost;
        lock (_gate)
        {
            if (!_ready.Task.IsCompleted) return false;
            _ready = NewSource();
            lost = _lost;
            _lost = NewSource();
        }

        lost.TrySetResult();
        return true;
    }

    /// <summary>Tries the port while the app is away. A listening socket announces itself to nobody, so it has to be tried.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (!HasApp || isProbed) return;
        try
        {
            while (true)
            {
                await WhenPortOpensAsync(stop);
                var lost = WhenLostAsync(stop);
                Found();
                await lost;
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
