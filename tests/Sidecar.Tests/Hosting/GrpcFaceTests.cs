using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using McpMesh.Sidecar.Tests.Harness;

namespace McpMesh.Sidecar.Tests.Hosting;

/// <summary>What every method of the gRPC API passes.</summary>
public sealed class GrpcFaceTests : IDisposable
{
    private static readonly GrpcCallOptions Patience = new() { Deadline = TimeSpan.FromSeconds(90) };
    private static readonly GrpcMethod<PublishEventRequest, Empty> Publish =
        new("dapr.proto.runtime.v1.Dapr", "PublishEvent", PublishEventRequest.Parser, Empty.Parser);

    private static readonly GrpcMethod<GetMetadataRequest, GetMetadataResponse> GetMetadata =
        new("dapr.proto.runtime.v1.Dapr", "GetMetadata", GetMetadataRequest.Parser, GetMetadataResponse.Parser);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_denied_method_is_unimplemented_and_the_others_serve()
    {
        var configuration = _folder.Write("config.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: c }
            spec: { api: { denied: [ { name: publish, version: v1, protocol: grpc } ] } }
            """);
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me", more: ["--config", configuration]);
        await using var channel = Channel(sidecar);
        var refused = await Assert.ThrowsAsync<GrpcException>(
            () => channel.CallAsync(Publish, new PublishEventRequest { PubsubName = "pubsub", Topic = "t" }, Patience));
        Assert.Equal((GrpcStatusCode.Unimplemented, "requested endpoint is not available"), (refused.Code, refused.Detail));
        Assert.Equal("me", (await channel.CallAsync(GetMetadata, new GetMetadataRequest(), Patience)).Id);
    }

    [Theory]
    [InlineData("", "t", "pubsub name is empty")]
    [InlineData("nope", "t", "pubsub nope is not found")]
    [InlineData("pubsub", "", "topic is empty in pubsub pubsub")]
    public async Task A_publication_to_nowhere_is_an_invalid_argument(string pubSub, string topic, string message)
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        await using var channel = Channel(sidecar);
        var refused = await Assert.ThrowsAsync<GrpcException>(
            () => channel.CallAsync(Publish, new PublishEventRequest { PubsubName = pubSub, Topic = topic }, Patience));
        Assert.Equal((GrpcStatusCode.InvalidArgument, message), (refused.Code, refused.Detail));
    }

    [Fact]
    public async Task Metadata_of_a_call_may_be_larger_than_the_read_buffer()
    {
        await using var sidecar = await SidecarUnderTest.StartAsync(_folder, "me");
        await using var channel = Channel(sidecar, new string('x', 40 << 10));
        Assert.Equal("me", (await channel.CallAsync(GetMetadata, new GetMetadataRequest(), Patience)).Id);
    }

    private static GrpcChannel Channel(SidecarUnderTest sidecar, string? token = null)
    {
        var headers = new GrpcMetadata();
        if (token is not null) headers.Add("authorization", "Bearer " + token);
        return new GrpcChannel(new Uri($"http://127.0.0.1:{sidecar.GrpcPort}"), new GrpcChannelOptions { Headers = headers });
    }
}
