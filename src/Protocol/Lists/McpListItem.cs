using System.Buffers;

namespace McpMesh.Protocol;

/// <summary>One item of a list, kept as the bytes that its server sent.</summary>
/// <param name="Json">The item.</param>
/// <param name="Key">What names it to its server.</param>
/// <param name="KeyAt">Where that stands in <paramref name="Json"/>.</param>
public sealed record McpListItem(ReadOnlyMemory<byte> Json, string Key, JsonRange KeyAt)
{
    /// <summary>Writes the item under another name; all else stays as it was.</summary>
    public void WriteTo(IBufferWriter<byte> output, string key)
    {
        if (key == Key) output.Write(Json.Span);
        else JsonSplice.Write(Json.Span, [new JsonEdit(KeyAt, JsonSplice.Quote(key))], output);
    }
}
