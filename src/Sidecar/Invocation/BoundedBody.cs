using McpMesh.Grpc;

namespace McpMesh.Sidecar.Invocation;

/// <summary>Holds an answer that must be whole before it goes on, and no more than one message may hold.</summary>
internal sealed class BoundedBody(long limit) : MemoryStream
{
    /// <exception cref="GrpcException">The answer is larger than a message may be.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Length + buffer.Length > limit)
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"the app's answer is larger than {limit} bytes");
        base.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
