namespace McpMesh.Samples.ShopData;

/// <summary>
/// SplitMix64: the same numbers for the same seed on every machine and runtime, which <see cref="Random"/> does not promise.
/// </summary>
internal sealed class ShopRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        var value = _state += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A number from 0 up to, but not including, <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>True with this probability in percent.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    /// <summary>One of these.</summary>
    public T Of<T>(ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>Lower-case hex digits.</summary>
    public string Hex(int digits) => Convert.ToHexStringLower(BitConverter.GetBytes(Next()))[..digits];
}
