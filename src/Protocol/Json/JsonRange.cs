namespace McpMesh.Protocol;

/// <summary>Where one JSON value stands in a buffer, quotes and braces included. The default value means that it is absent.</summary>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
public readonly record struct JsonRange(int Start, int Length)
{
    /// <summary>Offset just behind its last byte.</summary>
    public int End => Start + Length;

    /// <summary>True when the value was there.</summary>
    public bool IsPresent => Length > 0;

    /// <summary>The bytes of the value.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => buffer.Slice(Start, Length);

    /// <summary>The bytes of the value.</summary>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> buffer) => buffer.Slice(Start, Length);
}
