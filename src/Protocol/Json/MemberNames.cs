using System.Buffers;
using System.Text.Json;

namespace McpMesh.Protocol;

/// <summary>
/// The member names of a whole document, to refuse an object that names a member twice: parsers disagree on which of the two counts, so
/// policy could look at one value and the server act on the other. Linear in the document, seeded hashes, bounded.
/// </summary>
internal ref struct MemberNames
{
    /// <summary>Most members that one document may have.</summary>
    public const int Limit = 65_536;

    private readonly ReadOnlySpan<byte> _document;
    private readonly int[] _objectAtDepth;
    private MemberName[]? _rentedEntries;
    private int[]? _rentedBuckets;
    private byte[]? _unescaped;
    private Span<MemberName> _entries;
    private Span<int> _buckets;
    private int _count;
    private int _objects;
    private int _unescapedLength;

    public MemberNames(ReadOnlySpan<byte> document, int maxDepth, Span<MemberName> entries, Span<int> buckets)
    {
        _document = document;
        _objectAtDepth = ArrayPool<int>.Shared.Rent(maxDepth + 2);
        _entries = entries;
        _buckets = buckets;
        _buckets.Clear();
    }

    /// <summary>To be called on every StartObject.</summary>
    public void Enter(in Utf8JsonReader reader) => _objectAtDepth[reader.CurrentDepth + 1] = ++_objects;

    /// <summary>To be called on every PropertyName. False when its object has that name already.</summary>
    public bool TryAdd(in Utf8JsonReader reader)
    {
        int start;
        int length;
        if (reader.ValueIsEscaped) start = ~Unescape(in reader, out length);
        else (start, length) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        var name = Bytes(start, length);
        var parent = _objectAtDepth[reader.CurrentDepth];
        var hasher = default(HashCode);
        hasher.Add(parent);
        hasher.AddBytes(name);
        var hash = hasher.ToHashCode();
        for (var next = _buckets[hash & (_buckets.Length - 1)]; next != 0; next = _entries[next - 1].Next)
        {
            ref readonly var entry = ref _entries[next - 1];
            if (entry.Hash == hash && entry.Parent == parent && Bytes(entry.Start, entry.Length).SequenceEqual(name)) return false;
        }

        if (_count == Limit) throw new JsonException($"The body has more than {Limit} members.");
        if (_count == _entries.Length) Grow();
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _entries[_count++] = new MemberName(hash, parent, start, length, bucket);
        bucket = _count;
        return true;
    }

    public readonly void Dispose()
    {
        ArrayPool<int>.Shared.Return(_objectAtDepth);
        if (_rentedEntries is not null) ArrayPool<MemberName>.Shared.Return(_rentedEntries);
        if (_rentedBuckets is not null) ArrayPool<int>.Shared.Return(_rentedBuckets);
        if (_unescaped is not null) ArrayPool<byte>.Shared.Return(_unescaped);
    }

    private readonly ReadOnlySpan<byte> Bytes(int start, int length) =>
        start >= 0 ? _document.Slice(start, length) : _unescaped.AsSpan(~start, length);

    private int Unescape(in Utf8JsonReader reader, out int length)
    {
        var needed = _unescapedLength + reader.ValueSpan.Length;
        if (_unescaped is null || _unescaped.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * (_unescaped?.Length ?? 64)));
            if (_unescaped is not null)
            {
                _unescaped.AsSpan(0, _unescapedLength).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_unescaped);
            }

            _unescaped = larger;
        }

        var start = _unescapedLength;
        length = reader.CopyString(_unescaped.AsSpan(start));
        _unescapedLength += length;
        return start;
    }

    private void Grow()
    {
        var entries = ArrayPool<MemberName>.Shared.Rent(_count * 2);
        var buckets = ArrayPool<int>.Shared.Rent(_buckets.Length * 2);
        _entries.CopyTo(entries);
        var size = _buckets.Length * 2;
        if (_rentedEntries is not null) ArrayPool<MemberName>.Shared.Return(_rentedEntries);
        if (_rentedBuckets is not null) ArrayPool<int>.Shared.Return(_rentedBuckets);
        (_rentedEntries, _rentedBuckets) = (entries, buckets);
        _entries = entries.AsSpan(0, _count * 2);
        _buckets = buckets.AsSpan(0, size);
        _buckets.Clear();
        for (var i = 0; i < _count; i++)
        {
            ref var bucket = ref _buckets[_entries[i].Hash & (size - 1)];
            _entries[i] = _entries[i] with { Next = bucket };
            bucket = i + 1;
        }
    }
}
