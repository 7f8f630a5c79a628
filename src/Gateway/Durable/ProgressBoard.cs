using System.Collections.Concurrent;
using System.Threading.Channels;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Carries notifications from where a call runs to where an agent waits for it, when both are in this process. Elsewhere they are lost:
/// progress is a courtesy, the result is not.
/// </summary>
internal sealed class ProgressBoard
{
    private const int MostWaiting = 64;

    private readonly ConcurrentDictionary<string, Channel<byte[]>> _readers = new();

    /// <summary>Notifications for the call until <see cref="Leave"/>; the oldest give way when nobody reads them.</summary>
    public ChannelReader<byte[]> Watch(string callId) => _readers[callId] = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Leave(string callId, ChannelReader<byte[]> reader)
    {
        if (_readers.TryGetValue(callId, out var channel) && channel.Reader == reader)
            _readers.TryRemove(new KeyValuePair<string, Channel<byte[]>>(callId, channel));
    }

    public void Post(string callId, ReadOnlySpan<byte> notification)
    {
        if (_readers.TryGetValue(callId, out var channel)) channel.Writer.TryWrite(notification.ToArray());
    }
}
