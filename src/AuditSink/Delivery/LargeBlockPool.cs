using System.Buffers;

namespace McpMesh.AuditSink.Delivery;

/// <summary>
/// Memory that the server reads requests into. Its own has blocks of 4 KB, and so a delivery of a megabyte would be several hundred reads
/// of the socket.
/// </summary>
internal sealed class LargeBlockPool : MemoryPool<byte>
{
    private const int BlockSize = 64 * 1024;

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, BlockSize));

    protected override void Dispose(bool disposing)
    {
        // It owns nothing.
    }
}
