using McpMesh.Grpc;

namespace McpMesh.Sidecar.Invocation;

/// <summary>Holds an answer that must be whole before it goes on, and no more than one message may hold.</summary>
internal sealed class BoundedBody(long limit) : MemoryStream
{
    /// <remarks>Every other way to write ends here: MemoryStream does so for its descendants.</remarks>
    /// <exception cref="GrpcException">The answer is larger than a message may be.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (Length + count > limit)
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"the app's answer is larger than {limit} bytes");
        base.Write(buffer, offset, count);
    }
}
