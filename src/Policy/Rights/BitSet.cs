namespace McpMesh.Policy.Rights;

/// <summary>An immutable set of small numbers: methods or roles by index.</summary>
internal sealed class BitSet
{
    private readonly ulong[] _words;

    public BitSet(ReadOnlySpan<ulong> words) => _words = words.ToArray();

    public BitSet(int size, IEnumerable<int> members)
    {
        _words = new ulong[WordsFor(size)];
        foreach (var member in members)
            _words[member >> 6] |= 1UL << (member & 63);
    }

    public ReadOnlySpan<ulong> Words => _words;

    public static int WordsFor(int size) => (size + 63) >> 6;

    public bool Contains(int member) => (_words[member >> 6] & (1UL << (member & 63))) != 0;

    public bool Overlaps(BitSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if ((_words[i] & other._words[i]) != 0)
                return true;
        }

        return false;
    }

    /// <summary>Adds the members to <paramref name="words"/>.</summary>
    public void AddTo(Span<ulong> words)
    {
        for (var i = 0; i < _words.Length; i++)
            words[i] |= _words[i];
    }
}
