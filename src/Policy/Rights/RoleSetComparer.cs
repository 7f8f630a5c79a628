namespace McpMesh.Policy.Rights;

/// <summary>Compares sets of roles by content, so that a set on the stack finds the one on the heap.</summary>
internal sealed class RoleSetComparer : IEqualityComparer<BitSet>, IAlternateEqualityComparer<ReadOnlySpan<ulong>, BitSet>
{
    public static readonly RoleSetComparer Instance = new();

    public bool Equals(BitSet? x, BitSet? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Words.SequenceEqual(y.Words));

    public bool Equals(ReadOnlySpan<ulong> alternate, BitSet other) => alternate.SequenceEqual(other.Words);

    public int GetHashCode(BitSet obj) => GetHashCode(obj.Words);

    public int GetHashCode(ReadOnlySpan<ulong> alternate)
    {
        var hash = default(HashCode);
        foreach (var word in alternate)
            hash.Add(word);

        return hash.ToHashCode();
    }

    public BitSet Create(ReadOnlySpan<ulong> alternate) => new(alternate);
}
