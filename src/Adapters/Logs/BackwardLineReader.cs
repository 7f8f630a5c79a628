using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace McpMesh.Adapters.Logs;

/// <summary>
/// Reads the lines of a file from its end to its start, in blocks: memory is bounded by the longest line, not by the file.
/// </summary>
internal sealed class BackwardLineReader : IDisposable
{
    /// <summary>Longest line, in bytes; longer ones are left out and counted.</summary>
    public const int MaxLineBytes = 256 * 1024;

    private const int BlockBytes = 64 * 1024;
    private readonly SafeFileHandle _handle;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(MaxLineBytes + BlockBytes);
    private long _start;
    private int _length;
    private bool _skipping;

    /// <param name="handle">The file.</param>
    /// <param name="end">Lines that end here or before are read.</param>
    public BackwardLineReader(SafeFileHandle handle, long end) => (_handle, _start) = (handle, end);

    /// <summary>Everything at or behind this offset has been read.</summary>
    public long Position => _start + _length;

    /// <summary>Lines that were too long.</summary>
    public long OverlongLines { get; private set; }

    /// <summary>Moves to the line before; the span is valid until the next call. False at the start of the file.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line, out long offset)
    {
        while (true)
        {
            var unread = _buffer.AsSpan(0, _length);
            if (_skipping)
            {
                var end = unread.LastIndexOf((byte)'\n');
                _length = end + 1;
                if (end < 0 && _start > 0 && Fill()) continue;
                _skipping = false;
                continue;
            }
            var content = unread is [.., (byte)'\n'] ? unread[..^1] : unread;
            var newline = content.LastIndexOf((byte)'\n');
            if (newline >= 0 || _start == 0)
            {
                line = content[(newline + 1)..].TrimEnd((byte)'\r');
                offset = _start + newline + 1;
                var more = _length > 0;
                _length = newline + 1;
                if (line.Length <= MaxLineBytes) return more;
                OverlongLines++;
                continue;
            }
            if (content.Length > MaxLineBytes)
            {
                OverlongLines++;
                _length = 0;
                _skipping = true;
                continue;
            }
            if (Fill()) continue;
            // The file was cut short under our hands: nothing before this place can be trusted to be where it was.
            line = default;
            offset = 0;
            return false;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool Fill()
    {
        var wanted = (int)Math.Min(Math.Min(BlockBytes, _start), _buffer.Length - _length);
        _buffer.AsSpan(0, _length).CopyTo(_buffer.AsSpan(wanted));
        for (var read = 0; read < wanted;)
        {
            var bytes = RandomAccess.Read(_handle, _buffer.AsSpan(read, wanted - read), _start - wanted + read);
            if (bytes == 0) return false;
            read += bytes;
        }
        _start -= wanted;
        _length += wanted;
        return true;
    }
}
