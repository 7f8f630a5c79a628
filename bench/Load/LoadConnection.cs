using System.Net;
using System.Net.Sockets;

namespace McpMesh.Bench.Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection that sends the same request again and again and waits for each answer. Raw socket: on two cores the
/// generator must cost less than what it measures.
/// </summary>
internal sealed class LoadConnection(IPEndPoint target, ReadOnlyMemory<byte> request) : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Connects.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) => await _socket.ConnectAsync(target, cancellationToken);

    /// <summary>Sends the request once and reads its whole answer.</summary>
    /// <returns>The answer's body, valid until the next call.</returns>
    /// <exception cref="InvalidDataException">The answer is neither a 200 nor a 204.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> CallAsync(CancellationToken cancellationToken)
    {
        await _socket.SendAsync(request, SocketFlags.None, cancellationToken);
        var filled = 0;
        var head = -1;
        while (head < 0)
        {
            filled += await ReceiveAsync(filled, cancellationToken);
            head = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }

        if (_buffer.AsSpan(0, filled).StartsWith("HTTP/1.1 204"u8)) return ReadOnlyMemory<byte>.Empty;
        if (!_buffer.AsSpan(0, filled).StartsWith("HTTP/1.1 200"u8))
            throw new InvalidDataException(System.Text.Encoding.UTF8.GetString(_buffer.AsSpan(0, filled)));
        var start = head + 4;
        var length = ContentLength(_buffer.AsSpan(0, start));
        if (length is null)
        {
            // Chunked: the generator only needs the end, not the content.
            while (!_buffer.AsSpan(start, filled - start).EndsWith("0\r\n\r\n"u8)) filled += await ReceiveAsync(filled, cancellationToken);
            return _buffer.AsMemory(start, filled - start);
        }

        while (filled < start + length) filled += await ReceiveAsync(filled, cancellationToken);
        return _buffer.AsMemory(start, length.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async ValueTask<int> ReceiveAsync(int offset, CancellationToken cancellationToken)
    {
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(offset), SocketFlags.None, cancellationToken);
        return read > 0 ? read : throw new InvalidDataException("The server closed the connection in the middle of an answer.");
    }

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        foreach (var line in head.Split("\r\n"u8))
        {
            var header = head[line];
            if (header.Length > 15 && System.Text.Ascii.EqualsIgnoreCase(header[..15], "Content-Length:"u8))
                return int.Parse(header[15..], System.Globalization.CultureInfo.InvariantCulture);
        }

        return null;
    }
}
