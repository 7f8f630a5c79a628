using Dapr.Client.Autogen.Grpc.v1;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.1: what a sidecar without components and without an app answers.</summary>
[Collection(nameof(BareSidecar))]
public sealed class UnconfiguredTests(BareSidecar mesh)
{
    private const string NoActorStore =
        "the state store is not configured to use the actor runtime. Have you set the - name: actorStateStore value: \"true\" in your "
        + "state store component file?";

    [Theory]
    [InlineData("GET /v1.0/state/s/k", null, 500, "ERR_STATE_STORE_NOT_CONFIGURED", "state store s is not configured")]
    [InlineData("POST /v1.0/state/s", "[]", 500, "ERR_STATE_STORE_NOT_CONFIGURED", "state store s is not configured")]
    [InlineData("DELETE /v1.0/state/s/k", null, 500, "ERR_STATE_STORE_NOT_CONFIGURED", "state store s is not configured")]
    [InlineData("POST /v1.0/state/s/bulk", """{"keys":["k"]}""", 500, "ERR_STATE_STORE_NOT_CONFIGURED", "state store s is not configured")]
    [InlineData("POST /v1.0/state/s/transaction", """{"operations":[]}""", 500, "ERR_STATE_STORE_NOT_CONFIGURED", "state store s is not configured")]
    [InlineData("POST /v1.0/publish/p/t", "1", 400, "ERR_PUBSUB_NOT_CONFIGURED", "pubsub p is not configured")]
    [InlineData("POST /v1.0/publish/bulk/p/t", "[]", 400, "ERR_PUBSUB_NOT_CONFIGURED", "pubsub p is not configured")]
    [InlineData("GET /v1.0/secrets/s/k", null, 500, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured")]
    [InlineData("GET /v1.0/secrets/s/bulk", null, 500, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured")]
    [InlineData("GET /v1.0/configuration/c?key=k", null, 500, "ERR_CONFIGURATION_STORE_NOT_CONFIGURED", "configuration stores not configured")]
    [InlineData("GET /v1.0/invoke/conformance/method/m", null, 500, "ERR_APP_CHANNEL_NIL", "app channel is not initialized")]
    public async Task A_building_block_that_is_not_configured_says_so(
        string target, string? body, int status, string code, string message) =>
        (await mesh.Http.SendAsync(target, body)).IsError(status, code, message);

    [Theory]
    [InlineData("GET /v1.0/workflows/dapr/w")]
    [InlineData("POST /v1.0/workflows/dapr/w/start")]
    [InlineData("POST /v1.0/workflows/dapr/w/terminate")]
    public async Task A_workflow_without_an_actor_state_store_is_500(string target) =>
        (await mesh.Http.SendAsync(target)).IsError(500, "ERR_ACTOR_RUNTIME_NOT_FOUND", NoActorStore);

    [Theory]
    [InlineData("/v1.0/state/s/k", "DAPR_STATE_NOT_CONFIGURED")]
    [InlineData("/v1.0/publish/p/t", "DAPR_PUBSUB_NOT_CONFIGURED")]
    public async Task Details_of_not_configured_have_ErrorInfo_and_no_ResourceInfo(string path, string reason)
    {
        var verb = path.Contains("state", StringComparison.Ordinal) ? "GET" : "POST";
        var details = (await mesh.Http.SendAsync($"{verb} {path}")).Json.GetProperty("details");

        var info = Assert.Single(details.EnumerateArray());
        Assert.Equal("type.googleapis.com/google.rpc.ErrorInfo", info.GetProperty("@type").GetString());
        Assert.Equal(("dapr.io", reason), (info.GetProperty("domain").GetString(), info.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Over_gRPC_a_state_store_that_is_not_configured_is_FailedPrecondition()
    {
        const string message = "state store s is not configured";
        const GrpcStatusCode code = GrpcStatusCode.FailedPrecondition;
        await mesh.Grpc.RefusesAsync(DaprApi.GetState, new GetStateRequest { StoreName = "s", Key = "k" }, code, message);
        await mesh.Grpc.RefusesAsync(DaprApi.SaveState, new SaveStateRequest { StoreName = "s" }, code, message);
        await mesh.Grpc.RefusesAsync(DaprApi.GetBulkState, new GetBulkStateRequest { StoreName = "s" }, code, message);
        await mesh.Grpc.RefusesAsync(DaprApi.DeleteState, new DeleteStateRequest { StoreName = "s", Key = "k" }, code, message);
        await mesh.Grpc.RefusesAsync(
            DaprApi.ExecuteStateTransaction, new ExecuteStateTransactionRequest { StoreName = "s" }, code, message);
    }

    [Fact]
    public Task Over_gRPC_a_secret_store_that_is_not_configured_is_FailedPrecondition() => mesh.Grpc.RefusesAsync(
        DaprApi.GetSecret, new GetSecretRequest { StoreName = "s", Key = "k" }, GrpcStatusCode.FailedPrecondition,
        "secret store is not configured");

    [Fact]
    public Task Over_gRPC_a_configuration_store_that_is_not_configured_is_FailedPrecondition() => mesh.Grpc.RefusesAsync(
        DaprApi.GetConfiguration, new GetConfigurationRequest { StoreName = "c" }, GrpcStatusCode.FailedPrecondition,
        "configuration stores not configured");

    [Fact]
    public async Task Over_gRPC_a_pubsub_that_is_not_configured_is_FailedPrecondition()
    {
        await mesh.Grpc.RefusesAsync(
            DaprApi.PublishEvent, new PublishEventRequest { PubsubName = "p", Topic = "t" }, GrpcStatusCode.FailedPrecondition,
            "pubsub p is not configured");
        await mesh.Grpc.RefusesAsync(
            DaprApi.BulkPublishEvent, new BulkPublishRequest { PubsubName = "p", Topic = "t" }, GrpcStatusCode.FailedPrecondition,
            "pubsub p is not configured");
    }

    [Fact]
    public Task Over_gRPC_a_workflow_without_an_actor_state_store_is_Internal() => mesh.Grpc.RefusesAsync(
        DaprApi.GetWorkflow, new GetWorkflowRequest { InstanceId = "w" }, GrpcStatusCode.Internal, NoActorStore);
}
