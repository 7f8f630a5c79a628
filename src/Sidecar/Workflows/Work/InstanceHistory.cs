using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Turns;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>A history as turns use it: the bytes that go to the worker, and the index that the rules ask.</summary>
internal sealed class InstanceHistory
{
    /// <summary>Tag and length before each event in a message.</summary>
    public const int FieldOverhead = 5;

    public List<ByteString> Events { get; } = [];

    public HistoryIndex Index { get; } = new();

    /// <summary>In the message that takes it to a worker.</summary>
    public long Bytes { get; private set; }

    /// <summary>Right as long as the instance is at this revision.</summary>
    public long Revision { get; set; }

    /// <exception cref="HistoryCorruptException">A row cannot be used.</exception>
    public static InstanceHistory Read(IReadOnlyList<StoredEvent> rows, long revision)
    {
        var history = new InstanceHistory { Revision = revision };
        for (var i = 0; i < rows.Count; i++) history.Add(rows[i].Parse($"history row {i}"), rows[i].Bytes);
        return history;
    }

    public void Add(HistoryEvent e, byte[] bytes)
    {
        Index.TryAdd(e);
        Events.Add(UnsafeByteOperations.UnsafeWrap(bytes));
        Bytes += bytes.Length + FieldOverhead;
    }
}
