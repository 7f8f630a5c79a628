using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.6, secrets.</summary>
[Collection(nameof(FullSidecar))]
public sealed class SecretsTests(FullSidecar mesh)
{
    private const string Denied = "access denied by policy to get \"denied\" from \"secrets\"";

    [Theory]
    [InlineData("secrets/plain", """{"plain":"one"}""")]
    [InlineData("secrets/plain?metadata.x=y", """{"plain":"one"}""")]
    [InlineData("secrets/nested:deep", """{"nested:deep":"two"}""")]
    [InlineData("multi/nested", """{"deep":"two"}""")]
    [InlineData("secrets/bulk", """{"plain":{"plain":"one"},"nested:deep":{"nested:deep":"two"},"prefix":{"prefix":"name"}}""")]
    public async Task A_secret_is_a_map_and_bulk_is_a_map_of_maps_without_the_denied(string path, string json) =>
        (await mesh.Http.SendAsync($"GET /v1.0/secrets/{path}")).IsJson(200, json);

    [Theory]
    [InlineData("nowhere/plain", 401, "ERR_SECRET_STORE_NOT_FOUND", "failed finding secret store with key nowhere")]
    [InlineData("nowhere/bulk", 401, "ERR_SECRET_STORE_NOT_FOUND", "failed finding secret store with key nowhere")]
    [InlineData("secrets/denied", 403, "ERR_PERMISSION_DENIED", Denied)]
    [InlineData("secrets/missing", 500, "ERR_SECRET_GET", "failed getting secret with key missing from secret store secrets: …")]
    public async Task What_cannot_be_read_says_why(string path, int status, string code, string message) =>
        (await mesh.Http.SendAsync($"GET /v1.0/secrets/{path}")).IsError(status, code, message);

    [Fact]
    public async Task Over_gRPC_a_secret_is_a_map_and_bulk_is_a_map_of_maps_without_the_denied()
    {
        var one = await mesh.Grpc.AskAsync(DaprApi.GetSecret, new GetSecretRequest { StoreName = "multi", Key = "nested" });
        var all = await mesh.Grpc.AskAsync(DaprApi.GetBulkSecret, new GetBulkSecretRequest { StoreName = "secrets" });

        Assert.Equal("two", one.Data["deep"]);
        Assert.Equal(["nested:deep", "plain", "prefix"], all.Data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("one", all.Data["plain"].Secrets["plain"]);
    }

    [Theory]
    [InlineData("nowhere", "plain", GrpcStatusCode.InvalidArgument, "failed finding secret store with key nowhere")]
    [InlineData("secrets", "denied", GrpcStatusCode.PermissionDenied, Denied)]
    [InlineData("secrets", "missing", GrpcStatusCode.Internal, "failed getting secret with key missing from secret store secrets: …")]
    public Task Over_gRPC_what_cannot_be_read_says_why(string store, string key, GrpcStatusCode code, string message) =>
        mesh.Grpc.RefusesAsync(DaprApi.GetSecret, new GetSecretRequest { StoreName = store, Key = key }, code, message);
}
