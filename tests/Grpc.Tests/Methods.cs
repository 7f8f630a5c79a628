using Google.Protobuf.WellKnownTypes;

namespace McpMesh.Grpc.Tests;

/// <summary>The service that the tests serve and call; its messages are well-known ones, so that any party can have them.</summary>
internal static class Methods
{
    public static readonly GrpcMethod<StringValue, StringValue> Say =
        new("test.v1.Echo", "Say", StringValue.Parser, StringValue.Parser);

    /// <summary>Counts up to the number asked for.</summary>
    public static readonly GrpcMethod<Int32Value, Int32Value> Count = new("test.v1.Echo", "Count", Int32Value.Parser, Int32Value.Parser);

    public static readonly GrpcMethod<StringValue, StringValue> Chat =
        new("test.v1.Echo", "Chat", StringValue.Parser, StringValue.Parser);

    public static readonly GrpcMethod<BytesValue, BytesValue> Bytes = new("test.v1.Echo", "Bytes", BytesValue.Parser, BytesValue.Parser);

    /// <summary>A service without a proto package, as Dapr's workflow service has none.</summary>
    public static readonly GrpcMethod<Empty, Empty> Hello = new("TaskHubSidecarService", "Hello", Empty.Parser, Empty.Parser);

    /// <summary>A limit that only a hang reaches.</summary>
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);
}
