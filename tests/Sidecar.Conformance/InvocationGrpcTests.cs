using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;
using Verb = Dapr.Client.Autogen.Grpc.v1.HTTPExtension.Types.Verb;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.2 over gRPC.</summary>
[Collection(nameof(InvocationMesh))]
public sealed class InvocationGrpcTests(InvocationMesh mesh)
{
    [Theory]
    [InlineData(Verb.Get)]
    [InlineData(Verb.Post)]
    [InlineData(Verb.Put)]
    [InlineData(Verb.Delete)]
    [InlineData(Verb.Patch)]
    [InlineData(Verb.Options)]
    public async Task A_call_reaches_the_app_with_verb_query_body_and_type(Verb verb)
    {
        foreach (var app in new[] { "orders", SidecarFixture.AppId })
        {
            var call = Call("a/b", app, verb);
            call.Message.HttpExtension.Querystring = "x=1&y=2";
            call.Message.ContentType = "text/plain";
            call.Message.Data = new Any { Value = ByteString.CopyFromUtf8("hello") };

            var answer = await mesh.Grpc.AskAsync(DaprApi.InvokeService, call);

            var seen = InvokedApp.Seen.Of(answer.Data.Value.ToStringUtf8());
            Assert.Equal((verb.ToString().ToUpperInvariant(), "/a/b?x=1&y=2", "hello"), (seen.Method, seen.Target, seen.Body));
            Assert.Equal("text/plain", seen.Headers["content-type"]);
            Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Metadata_of_the_call_are_headers_of_the_request()
    {
        var answer = await mesh.Grpc.AskAsync(DaprApi.InvokeService, Call("echo"), ("x-kept", "yes"));

        var headers = InvokedApp.Seen.Of(answer.Data.Value.ToStringUtf8()).Headers;
        Assert.Equal(("yes", SidecarFixture.AppId), (headers["x-kept"], headers["dapr-caller-app-id"]));
    }

    [Fact]
    public async Task A_trace_is_continued()
    {
        const string id = "4bf92f3577b34da6a3ce929d0e0e4736";
        var answer = await mesh.Grpc.AskAsync(
            DaprApi.InvokeService, Call("echo"), ("traceparent", $"00-{id}-00f067aa0ba902b7-01"));

        var headers = InvokedApp.Seen.Of(answer.Data.Value.ToStringUtf8()).Headers;
        Assert.StartsWith($"00-{id}-", headers["traceparent"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.NotFound)]
    [InlineData(409, GrpcStatusCode.AlreadyExists)]
    [InlineData(429, GrpcStatusCode.ResourceExhausted)]
    [InlineData(500, GrpcStatusCode.Unknown)]
    [InlineData(503, GrpcStatusCode.Unavailable)]
    public async Task A_failure_of_the_app_is_a_gRPC_status(int status, GrpcStatusCode code)
    {
        var error = await Assert.ThrowsAsync<GrpcException>(() => mesh.Grpc.AskAsync(DaprApi.InvokeService, Call($"status/{status}")));

        Assert.Equal(code, error.Code);
    }

    [Fact]
    public Task An_unknown_app_is_Internal() => mesh.Grpc.RefusesAsync(
        DaprApi.InvokeService, Call("x", "nobody"), GrpcStatusCode.Internal, "failed to invoke, id: nobody, err: …");

    [Fact]
    public async Task A_body_below_the_limit_passes_whole_in_both_directions()
    {
        var body = new string('x', 3 << 20);
        var call = Call("echo");
        call.Message.Data = new Any { Value = ByteString.CopyFromUtf8(body) };

        var answer = await mesh.Grpc.AskAsync(DaprApi.InvokeService, call);
        Assert.Equal(body, InvokedApp.Seen.Of(answer.Data.Value.ToStringUtf8()).Body);
    }

    private static InvokeServiceRequest Call(string method, string app = "orders", Verb verb = Verb.Post) => new()
    {
        Id = app,
        Message = new InvokeRequest { Method = method, HttpExtension = new HTTPExtension { Verb = verb } },
    };
}
