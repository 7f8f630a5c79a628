using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Dapr;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Carries notifications from where a call runs to where its agent waits. Within this process each of them; to another replica the newest,
/// through state, twice a second at most: progress is a courtesy, the result is not.
/// </summary>
internal sealed class ProgressBoard(CallStore store, TimeProvider time)
{
    private const int MostWaiting = 64;
    private static readonly TimeSpan PostInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Channel<byte[]>> _readers = new();
    private readonly ConcurrentDictionary<string, long> _posted = new();

    /// <summary>Notifications for the call until <see cref="Leave"/>; the oldest give way when nobody reads them.</summary>
    public ChannelReader<byte[]> Watch(string callId) => _readers[callId] = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Leave(string callId, ChannelReader<byte[]> reader)
    {
        if (_readers.TryGetValue(callId, out var channel) && channel.Reader == reader)
            _readers.TryRemove(new KeyValuePair<string, Channel<byte[]>>(callId, channel));
    }

    /// <summary>What the call's server told.</summary>
    public async ValueTask PostAsync(string callId, ReadOnlyMemory<byte> notification)
    {
        if (_readers.TryGetValue(callId, out var channel))
        {
            channel.Writer.TryWrite(notification.ToArray());
            return;
        }

        var now = time.GetTimestamp();
        if (_posted.TryGetValue(callId, out var last) && time.GetElapsedTime(last, now) < PostInterval) return;
        _posted[callId] = now;
        try
        {
            await store.SaveAsync(KeyOf(callId), new RemoteProgress(Encoding.UTF8.GetString(notification.Span)), Kept, CancellationToken.None);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            // The next one may get through.
        }
    }

    /// <summary>The call has ended.</summary>
    public void Forget(string callId) => _posted.TryRemove(callId, out _);

    /// <summary>Brings what another replica posts, until it is cancelled.</summary>
    public async Task FetchAsync(string callId, CancellationToken cancellationToken)
    {
        RemoteProgress? seen = null;
        using var timer = new PeriodicTimer(LookInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                var newest = await store.FindAsync<RemoteProgress>(KeyOf(callId), cancellationToken);
                if (newest is null || newest == seen) continue;
                seen = newest;
                if (_readers.TryGetValue(callId, out var channel)) channel.Writer.TryWrite(Encoding.UTF8.GetBytes(newest.Message));
            }
            catch (Exception e) when (e is DaprException or HttpRequestException)
            {
                // The sidecar is away for a moment.
            }
        }
    }

    private static string KeyOf(string callId) => "call-progress-" + callId;
}
