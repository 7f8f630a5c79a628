using System.Buffers;

namespace McpMesh.Audit.Publishing;

/// <summary>
/// Records that share one message, and so one outcome. The message, <c>{"events":[…]}</c>, is written as they come. Adding happens under
/// the publisher's lock; what follows <see cref="Close"/> has one owner.
/// </summary>
internal sealed class AuditBatch(long openedAt)
{
    private const int FirstSize = 16 * 1024;

    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;
    private List<Range>? _relaxed;

    private static ReadOnlySpan<byte> Opening => "{\"events\":["u8;

    private static ReadOnlySpan<byte> Closing => "]}"u8;

    /// <summary>Timestamp of the first record, from which the timeout counts.</summary>
    internal long OpenedAt => openedAt;

    internal int Count { get; private set; }

    /// <summary>Bytes of the records alone.</summary>
    internal int RecordBytes { get; private set; }

    internal int RelaxedCount => _relaxed?.Count ?? 0;

    /// <summary>Bytes of those that nobody waits for.</summary>
    internal int RelaxedBytes { get; private set; }

    /// <summary>A first record is always taken.</summary>
    internal bool Takes(int bytes, int maxMessage) => Count == 0 || _length + 1 + bytes + Closing.Length <= maxMessage;

    /// <summary>Adds a record whose caller waits.</summary>
    internal Task Add(ReadOnlySpan<byte> record)
    {
        Append(record);
        return _durable.Task;
    }

    /// <summary>Adds a record that nobody waits for: it is kept when the publish fails.</summary>
    internal void AddRelaxed(ReadOnlySpan<byte> record)
    {
        var start = Append(record);
        (_relaxed ??= new List<Range>(16)).Add(start..(start + record.Length));
        RelaxedBytes += record.Length;
    }

    /// <summary>The whole message. Nothing is added after it.</summary>
    internal ReadOnlyMemory<byte> Close()
    {
        Write(Closing);
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>Copies of the records that nobody waits for.</summary>
    internal IReadOnlyList<byte[]> Relaxed() => _relaxed is null ? [] : _relaxed.ConvertAll(range => _buffer[range]);

    /// <summary>
    /// Gives the memory back. Only after an accepted publish: one that failed or was given up may still be on its way out of this buffer.
    /// </summary>
    internal void Release()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    internal void Succeed() => _durable.SetResult();

    internal void Fail(AuditUnavailableException error)
    {
        _durable.SetException(error);
        _ = _durable.Task.Exception; // observed: callers may have cancelled, and nobody waits for relaxed records
    }

    private int Append(ReadOnlySpan<byte> record)
    {
        Write(Count == 0 ? Opening : ","u8);
        var start = _length;
        Write(record);
        Count++;
        RecordBytes += record.Length;
        return start;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes.Length, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }
}
