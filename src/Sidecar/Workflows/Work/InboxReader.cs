using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Sidecar.Workflows.Store;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>
/// Gathers what a turn takes in: of an inbox that fits into no message as a whole, the beginning that does. If not even its first event
/// fits, the turn takes it to say so; and a termination, wherever it stands, because it needs no room.
/// </summary>
internal sealed class InboxReader(PayloadGuard guard, long historyBytes)
{
    private readonly List<HistoryEvent> _events = [];
    private long _bytes;
    private long _last;
    private bool _isFull;

    /// <exception cref="HistoryCorruptException">The row cannot be used.</exception>
    public void Add(InboxItem item)
    {
        var isTooLarge = !guard.Fits(historyBytes + _bytes);
        if (_isFull && !isTooLarge) return;
        var e = item.Event.Parse($"inbox row {item.Number}");
        if (isTooLarge && _events.Count > 0 && e.ExecutionTerminated is null) return;
        var size = item.Event.Bytes.Length + InstanceHistory.FieldOverhead;
        _isFull = !isTooLarge && _events.Count > 0 && !guard.Fits(historyBytes + _bytes + size);
        if (_isFull) return;
        _events.Add(e);
        _bytes += size;
        _last = item.Number;
    }

    /// <exception cref="HistoryCorruptException">The row cannot be used.</exception>
    public void AddTimer(StoredEvent timer, DateTimeOffset now)
    {
        var fired = timer.Parse("timer row");
        fired.Timestamp = Timestamp.FromDateTimeOffset(now);
        _events.Add(fired);
        _bytes += timer.Bytes.Length + InstanceHistory.FieldOverhead;
    }

    public TurnInput ToTurnInput(long now) => new(_events, _last, now, _bytes);
}
