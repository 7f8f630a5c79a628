using Google.Protobuf;

namespace McpMesh.Grpc;

/// <summary>One method of a service, as both sides need it. Build it once and keep it.</summary>
/// <param name="Service">With the proto package where there is one: <c>dapr.proto.runtime.v1.Dapr</c>, <c>TaskHubSidecarService</c>.</param>
/// <param name="Name">The rpc, such as <c>Hello</c>.</param>
public sealed record GrpcMethod<TRequest, TResponse>(
    string Service, string Name, MessageParser<TRequest> RequestParser, MessageParser<TResponse> ResponseParser)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>The HTTP/2 path (gRPC over HTTP/2, "Path"): <c>/Service/Name</c>.</summary>
    public string Path { get; } = $"/{Service}/{Name}";
}
