using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpMesh.Grpc.Tests;

/// <summary>HTTP/2 by hand (RFC 9113), as far as one call needs it: for what no client library would send, or would hide.</summary>
internal sealed class RawConnection : IDisposable
{
    public const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, WindowUpdate = 8;
    public const byte EndStream = 1, Acknowledged = 1, EndHeaders = 4;

    private readonly TcpClient _tcp = new();
    private NetworkStream _stream = null!;

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(IPAddress.Loopback, port);
        connection._stream = connection._tcp.GetStream();
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.SendAsync(Settings, 0, 0, []);
        return connection;
    }

    /// <summary>The request headers of a gRPC call, each a literal that is not indexed (RFC 7541 section 6.2.2).</summary>
    public Task StartCallAsync(int stream, string path)
    {
        var block = new List<byte>();
        foreach (var (name, value) in ((string, string)[])
            [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"), ("content-type", "application/grpc")])
        {
            block.Add(0);
            block.Add((byte)name.Length);
            block.AddRange(Encoding.ASCII.GetBytes(name));
            block.Add((byte)value.Length);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }

        return SendAsync(Headers, EndHeaders, stream, [.. block]);
    }

    public async Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame);
    }

    public async Task<(byte Type, byte Flags, byte[] Payload)> ReceiveAsync(CancellationToken cancellationToken)
    {
        var head = new byte[9];
        await _stream.ReadExactlyAsync(head, cancellationToken);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
        await _stream.ReadExactlyAsync(payload, cancellationToken);
        if (head[3] == Settings && (head[4] & Acknowledged) == 0) await SendAsync(Settings, Acknowledged, 0, []);
        return (head[3], head[4], payload);
    }

    public void Dispose() => _tcp.Dispose();
}
