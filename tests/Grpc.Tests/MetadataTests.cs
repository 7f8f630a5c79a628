using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc.Client;

namespace McpMesh.Grpc.Tests;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("dapr-api-token\r\nx", "v")]
    [InlineData("", "v")]
    [InlineData("na me", "v")]
    [InlineData(":path", "v")]
    [InlineData("näme", "v")]
    [InlineData("name", "a\r\nb")]
    [InlineData("name", "ä")]
    [InlineData("name", "\0")]
    public void What_cannot_be_a_header_is_refused(string name, string value) =>
        Assert.Throws<ArgumentException>(() => new GrpcMetadata().Add(name, value));

    [Fact]
    public void A_binary_value_needs_its_suffix() => Assert.Throws<ArgumentException>(() => new GrpcMetadata().Add("name", [1, 2]));

    [Fact]
    public void Binary_values_come_back_with_and_without_padding() =>
        Prop.ForAll<NonNull<byte[]>>(value =>
        {
            var unpadded = new GrpcMetadata();
            unpadded.Add("X-Bin", value.Get);
            Assert.True(unpadded.TryGetBytes("x-bin", out var read));
            Assert.Equal(value.Get, read);
            Assert.DoesNotContain('=', unpadded["x-bin"]!);

            var padded = new GrpcMetadata { { "x-bin", Convert.ToBase64String(value.Get) } };
            Assert.True(padded.TryGetBytes("x-bin", out read));
            Assert.Equal(value.Get, read);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_no_base64_is_no_bytes()
    {
        Assert.False(new GrpcMetadata { { "x-bin", "a*b" } }.TryGetBytes("x-bin", out _));
        Assert.False(new GrpcMetadata { { "x-bin", "a" } }.TryGetBytes("x-bin", out _));
        Assert.False(new GrpcMetadata().TryGetBytes("x-bin", out _));
    }

    [Fact]
    public async Task Headers_of_channel_and_call_reach_the_server_with_those_of_the_protocol()
    {
        var headers = new Dictionary<string, string>();
        await using var server = await TestServer.StartAsync(routes => routes.Unary(Methods.Hello, (_, call, _) =>
        {
            foreach (var (name, value) in call.RequestHeaders) headers[name.ToLowerInvariant()] = value.ToString();
            return Task.FromResult(new Empty());
        }));
        using var channel = new GrpcChannel(server.Address, new GrpcChannelOptions { Headers = { { "Dapr-Api-Token", "secret" } } });

        await channel.CallAsync(
            Methods.Hello, new Empty(), new GrpcCallOptions { Deadline = TimeSpan.FromHours(1), Headers = { { "x-call", "1" } } })
            .WaitAsync(Methods.Hang);

        Assert.Equal("secret", headers["dapr-api-token"]);
        Assert.Equal("1", headers["x-call"]);
        Assert.Equal("trailers", headers["te"]);
        Assert.Equal("application/grpc", headers["content-type"]);
        Assert.Equal("identity", headers["grpc-accept-encoding"]);
        Assert.StartsWith("grpc-", headers["user-agent"], StringComparison.Ordinal);
        Assert.Equal("3600000m", headers["grpc-timeout"]);
    }

    [Fact]
    public async Task A_status_carries_its_details()
    {
        var details = new GrpcMetadata { { "x-reason", "ERR_STATE" } };
        details.Add("grpc-status-details-bin", [8, 5, 255]);
        await using var server = await TestServer.StartAsync(routes => routes
            .Unary(Methods.Say, (_, call, _) =>
            {
                call.ResponseTrailers.Add("x-trace", "7");
                throw new GrpcException(GrpcStatusCode.Aborted, "etag") { Trailers = details };
            })
            .ServerStreaming(Methods.Count, async (_, responses, _, cancel) =>
            {
                await responses.WriteAsync(new Int32Value { Value = 1 }, cancel);
                throw new GrpcException(GrpcStatusCode.DataLoss, "later") { Trailers = details };
            }));
        using var channel = new GrpcChannel(server.Address);

        var atOnce = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang));
        var later = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var _ in channel.StreamAsync(Methods.Count, new Int32Value())) { }
        });

        Assert.Equal((GrpcStatusCode.Aborted, GrpcStatusCode.DataLoss), (atOnce.Code, later.Code));
        Assert.Equal("7", atOnce.Trailers["x-trace"]);
        foreach (var error in (GrpcException[])[atOnce, later])
        {
            Assert.Equal("ERR_STATE", error.Trailers["X-Reason"]);
            Assert.True(error.Trailers.TryGetBytes("grpc-status-details-bin", out var bytes));
            Assert.Equal([8, 5, 255], bytes);
            Assert.DoesNotContain(error.Trailers, trailer => trailer.Key is "grpc-status" or "grpc-message" or "date" or "content-type");
        }
    }

    [Fact]
    public async Task A_status_of_another_server_can_be_passed_on_whatever_that_one_sent()
    {
        await using var far = await TestServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "5";
            context.Response.Headers["grpc-message"] = "caf%C3%A9 %00";
            context.Response.Headers["x-kept"] = "yes";
            return Task.CompletedTask;
        });
        using var toFar = new GrpcChannel(far.Address);
        await using var near = await TestServer.StartAsync(routes => routes
            .Unary(Methods.Say, (request, _, cancel) => toFar.CallAsync(Methods.Say, request, null, cancel)));
        using var channel = new GrpcChannel(near.Address);

        var error = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Methods.Say, new StringValue()).WaitAsync(Methods.Hang));

        Assert.Equal((GrpcStatusCode.NotFound, "café \0", "yes"), (error.Code, error.Detail, error.Trailers["x-kept"]));
    }
}
