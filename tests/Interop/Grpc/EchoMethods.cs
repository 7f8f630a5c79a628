using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;

namespace McpMesh.Interop.Grpc;

/// <summary>The methods of echo.proto and hello.proto.</summary>
internal static class EchoMethods
{
    private const string Echo = "test.v1.Echo";

    public static readonly GrpcMethod<StringValue, StringValue> Say = new(Echo, "Say", StringValue.Parser, StringValue.Parser);

    public static readonly GrpcMethod<StringValue, StringValue> Fail = new(Echo, "Fail", StringValue.Parser, StringValue.Parser);

    public static readonly GrpcMethod<Int32Value, Int32Value> Count = new(Echo, "Count", Int32Value.Parser, Int32Value.Parser);

    public static readonly GrpcMethod<Int32Value, Int32Value> Sum = new(Echo, "Sum", Int32Value.Parser, Int32Value.Parser);

    public static readonly GrpcMethod<StringValue, StringValue> Chat = new(Echo, "Chat", StringValue.Parser, StringValue.Parser);

    public static readonly GrpcMethod<StringValue, StringValue> Hang = new(Echo, "Hang", StringValue.Parser, StringValue.Parser);

    public static readonly GrpcMethod<StringValue, Int32Value> Cancelled = new(Echo, "Cancelled", StringValue.Parser, Int32Value.Parser);

    public static readonly GrpcMethod<StringValue, StringValue> Missing = new(Echo, "Missing", StringValue.Parser, StringValue.Parser);

    public static readonly GrpcMethod<Empty, Empty> Hello = new("TaskHubSidecarService", "Hello", Empty.Parser, Empty.Parser);
}
