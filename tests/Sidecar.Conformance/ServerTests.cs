using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.0.</summary>
[Collection(nameof(FullSidecar))]
public sealed class ServerTests(FullSidecar mesh)
{
    private const string NoAppId = "failed getting app id either from the URL path or the header dapr-app-id";

    [Theory]
    [InlineData("GET /")]
    [InlineData("GET /nothing/here")]
    [InlineData("GET /v1.0/nothing")]
    [InlineData("GET /v2.0/metadata")]
    [InlineData("DELETE /v1.0/metadata")]
    [InlineData("PATCH /v1.0/state/statestore")]
    [InlineData("POST /v1.0/secrets/secrets/plain")]
    [InlineData("GET /v1.0/publish/pubsub/topic")]
    public async Task An_unmatched_route_or_method_falls_through_to_invocation(string target) =>
        (await mesh.Http.SendAsync(target)).IsError(404, "ERR_DIRECT_INVOKE", NoAppId);

    [Theory]
    [InlineData("GET /v1.0/healthz/outbound/")]
    [InlineData("GET /v1.0//healthz/outbound")]
    [InlineData("GET //v1.0/healthz/outbound")]
    [InlineData("GET /v1.0/./healthz/../healthz/outbound")]
    public async Task Paths_are_cleaned_and_a_trailing_slash_is_stripped(string target) =>
        (await mesh.Http.SendAsync(target)).IsNoContent();

    [Theory]
    [InlineData("unescaped%20key", "unescaped key")]
    [InlineData("plus+key", "plus key")]
    [InlineData("slash%2Fkey", "slash/key")]
    [InlineData("literal%2Bplus", "literal+plus")]
    public async Task URL_parameters_are_query_unescaped(string written, string key)
    {
        var save = new SaveStateRequest { StoreName = "memory" };
        save.States.Add(new StateItem { Key = key, Value = ByteString.CopyFromUtf8("1") });
        await mesh.Grpc.AskAsync(DaprApi.SaveState, save);

        Assert.Equal("1", (await mesh.Http.SendAsync($"GET /v1.0/state/memory/{written}")).Body);
    }

    [Fact]
    public async Task Success_without_a_body_is_204() =>
        (await mesh.Http.SendAsync("POST /v1.0/state/memory", "[]")).IsNoContent();

    [Fact]
    public async Task Success_with_JSON_says_so()
    {
        var answer = await mesh.Http.SendAsync("GET /v1.0/metadata");

        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
    }

    [Theory]
    [InlineData("metadata.ttlInSeconds=60&metadata.ttlInSeconds=nonsense", 204)]
    [InlineData("METADATA.ttlInSeconds=nonsense", 204)]
    public async Task Metadata_parameters_have_a_case_sensitive_prefix_and_the_first_value_wins(string query, int status) =>
        Assert.Equal(status, (await mesh.Http.SendAsync($"POST /v1.0/state/memory?{query}", """[{"key":"prefix","value":1}]""")).Status);

    [Fact]
    public async Task Other_origins_are_told_nothing_unless_allowed()
    {
        var answer = await mesh.Http.SendAsync("GET /v1.0/metadata", headers: ("Origin", "http://elsewhere"));

        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Headers_beyond_the_read_buffer_are_refused() => Assert.Equal(
        431, (await mesh.Http.SendAsync("GET /v1.0/metadata", headers: ("X-Long", new string('x', 20_000)))).Status);

    [Theory]
    [InlineData("PUT", "metadata/note", 400, "ERR_BODY_READ", "failed to read request body: …")]
    [InlineData("POST", "state/memory/bulk", 400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body: …")]
    [InlineData("POST", "publish/pubsub/t", 500, "ERR_PUBSUB_PUBLISH_MESSAGE", "error when publishing to topic t in pubsub pubsub: …")]
    public async Task A_body_over_the_limit_is_an_error_of_what_reads_it(string verb, string path, int status, string code, string message)
    {
        // It asks before it sends: an answer that ends the connection cannot be lost then.
        using var request = new HttpRequestMessage(new HttpMethod(verb), $"/v1.0/{path}")
        {
            Content = new ByteArrayContent(new byte[(4 << 20) + 1]),
            Headers = { ExpectContinue = true },
        };
        using var answer = await mesh.Sidecar.Http.SendAsync(request);

        (await HttpAnswer.ReadAsync(answer)).IsError(status, code, message);
    }

    [Fact]
    public async Task Over_gRPC_an_unknown_method_is_Unimplemented()
    {
        var error = await Assert.ThrowsAsync<GrpcException>(() => mesh.Grpc.AskAsync(DaprApi.Unknown, new Empty()));

        Assert.Equal(GrpcStatusCode.Unimplemented, error.Code);
    }
}
