using System.Buffers;

namespace McpMesh.Adapters.Logs;

/// <summary>Reads the lines of a stream forwards, with the same bound on a line as <see cref="BackwardLineReader"/>.</summary>
internal sealed class ForwardLineReader(Stream stream, long maxBytes) : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BackwardLineReader.MaxLineBytes + 64 * 1024);
    private int _start;
    private int _end;
    private long _offset;
    private bool _skipping;
    private bool _ended;

    /// <summary>Lines that were too long.</summary>
    public long OverlongLines { get; private set; }

    /// <summary>Moves to the next line; the span is valid until the next call.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged or longer than the bound.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line, out long offset)
    {
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var newline = unread.IndexOf((byte)'\n');
            if (newline >= 0 || (_ended && unread.Length > 0))
            {
                var length = newline >= 0 ? newline : unread.Length;
                var taken = newline >= 0 ? newline + 1 : unread.Length;
                line = unread[..length].TrimEnd((byte)'\r');
                offset = _offset;
                _start += taken;
                _offset += taken;
                if (!_skipping && line.Length <= BackwardLineReader.MaxLineBytes) return true;
                if (!_skipping) OverlongLines++;
                _skipping = false;
                continue;
            }
            if (_ended)
            {
                line = default;
                offset = _offset;
                return false;
            }
            if (unread.Length > BackwardLineReader.MaxLineBytes)
            {
                if (!_skipping) OverlongLines++;
                _skipping = true;
                _offset += unread.Length;
                _start = _end = 0;
            }
            Fill();
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        stream.Dispose();
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
        if (_offset + _end > maxBytes) throw new InvalidDataException("The file is too long when decompressed.");
    }
}
