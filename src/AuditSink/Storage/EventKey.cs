using System.Buffers.Text;
using System.Text;

namespace McpMesh.AuditSink.Storage;

/// <summary>
/// How an event id stands in the store: a UUID in its usual form as 16 bytes, less than half of its text and in order of time where it is
/// of version 7; any other id as the text that it is.
/// </summary>
internal static class EventKey
{
    internal const int UuidBytes = 16;
    private const int UuidText = 36;

    /// <summary>The key as a parameter of a query.</summary>
    internal static object Of(string id)
    {
        var key = new byte[UuidBytes];
        return TryUuid(Encoding.UTF8.GetBytes(id), key) ? key : id;
    }

    /// <summary>Only lower case: each key has one text, so no two ids become one.</summary>
    internal static bool TryUuid(ReadOnlySpan<byte> id, Span<byte> key) =>
        id.Length == UuidText && !id.ContainsAnyInRange((byte)'A', (byte)'F')
        && Utf8Parser.TryParse(id, out Guid uuid, out var length, 'D') && length == UuidText
        && uuid.TryWriteBytes(key, bigEndian: true, out _);
}
