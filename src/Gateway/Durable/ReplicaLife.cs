using System.Security.Cryptography;
using Dapr;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Tells replicas that live from those that died: each says so in state while it holds streams of durable calls. What it says expires by
/// itself, so a killed replica is known as dead within <see cref="Lifetime"/>; one that is asked about is waited for until its next beat.
/// </summary>
internal sealed partial class ReplicaLife(CallStore store, TimeProvider time, ILogger<ReplicaLife> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task? _beating;
    private Task? _first;
    private long _number;

    /// <summary>This replica's name; another one after every start.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Begins to beat with the first durable call; ends when the first beat is there.</summary>
    public Task BeginAsync()
    {
        lock (_gate)
        {
            if (_first is null or { IsFaulted: true })
            {
                _first = BeatAsync();
                _beating ??= KeepBeatingAsync();
            }

            return _first;
        }
    }

    /// <summary>Whether the replica lives. Ends with its next beat, or when its last one has expired.</summary>
    public async Task<bool> LivesAsync(string replica, CancellationToken cancellationToken)
    {
        if (replica == Id) return true;
        var first = await store.FindAsync<ReplicaBeat>(KeyOf(replica), cancellationToken);
        for (var now = first; now is not null; now = await store.FindAsync<ReplicaBeat>(KeyOf(replica), cancellationToken))
        {
            if (now.Number != first!.Number) return true;
            await Task.Delay(LookInterval, time, cancellationToken);
        }

        return false;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What this replica held may be taken over at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_beating is null) return;
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await store.RemoveAsync(KeyOf(Id), cancellationToken);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            // It expires by itself.
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task KeepBeatingAsync()
    {
        using var timer = new PeriodicTimer(BeatInterval, time);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            try
            {
                await BeatAsync();
            }
            catch (Exception e) when (e is DaprException or HttpRequestException)
            {
                Log.NotBeaten(log, e.Message);
            }
        }
    }

    private Task BeatAsync() =>
        store.SaveAsync(KeyOf(Id), new ReplicaBeat(Interlocked.Increment(ref _number)), Lifetime, _stopping.Token);

    private static string KeyOf(string replica) => "gateway-replica-" + replica;

    private static partial class Log
    {
        [LoggerMessage(2311, LogLevel.Warning, "The other replicas were not told that this one lives: {Reason}")]
        public static partial void NotBeaten(ILogger logger, string reason);
    }
}
