using System.Buffers;

namespace McpMesh.Protocol;

/// <summary>Enumerates the <c>data</c> of the events in a complete server-sent event stream.</summary>
/// <param name="stream">The whole stream.</param>
public ref struct SseEventReader(ReadOnlySpan<byte> stream)
{
    private ReadOnlySpan<byte> _rest = stream;

    /// <summary>Reads the next event that has data.</summary>
    /// <param name="data">Its data lines, joined by line feeds.</param>
    /// <returns>False at the end; an event without its closing empty line does not count.</returns>
    public bool TryRead(ArrayBufferWriter<byte> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.ResetWrittenCount();
        var hasData = false;
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0) break;
            var line = _rest[..end];
            var isPair = _rest[end] == (byte)'\r' && end + 1 < _rest.Length && _rest[end + 1] == (byte)'\n';
            _rest = _rest[(end + (isPair ? 2 : 1))..];
            if (line.IsEmpty)
            {
                if (hasData) return true;
            }
            else if (line.StartsWith("data:"u8))
            {
                if (hasData) data.Write("\n"u8);
                data.Write(line[5..].StartsWith(" "u8) ? line[6..] : line[5..]);
                hasData = true;
            }
        }

        return false;
    }
}
