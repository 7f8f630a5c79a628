using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace McpMesh.AuditSink.Delivery;

/// <summary>Makes the server use <see cref="LargeBlockPool"/>.</summary>
internal sealed class LargeBlockPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();
}
