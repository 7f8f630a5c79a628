namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>
/// Histories of the latest turns, bounded by their bytes. One is taken out for a turn and put back after it; it counts only if the
/// instance, once leased, is still at the revision it was read at.
/// </summary>
internal sealed class HistoryCache(long mostBytes)
{
    // What an event costs besides its bytes.
    private const long EventOverhead = 100;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, LinkedListNode<(long Instance, InstanceHistory History)>> _entries = [];
    private readonly LinkedList<(long Instance, InstanceHistory History)> _byUse = [];
    private long _bytes;

    public InstanceHistory? Take(long instance, long revision)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(instance, out var node)) return null;
            Remove(node);
            return node.Value.History.Revision == revision ? node.Value.History : null;
        }
    }

    public void Put(long instance, InstanceHistory history)
    {
        if (CostOf(history) > mostBytes) return;
        lock (_gate)
        {
            if (_entries.TryGetValue(instance, out var old)) Remove(old);
            _entries[instance] = _byUse.AddLast((instance, history));
            _bytes += CostOf(history);
            while (_bytes > mostBytes) Remove(_byUse.First!);
        }
    }

    private void Remove(LinkedListNode<(long Instance, InstanceHistory History)> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Instance);
        _bytes -= CostOf(node.Value.History);
    }

    private static long CostOf(InstanceHistory history) => history.Bytes + history.Events.Count * EventOverhead;
}
