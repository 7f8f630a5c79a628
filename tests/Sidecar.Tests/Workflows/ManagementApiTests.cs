using System.Net;
using System.Text;
using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Client;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>Dapr's management API over HTTP and gRPC.</summary>
public sealed class ManagementApiTests
{
    private static readonly GrpcCallOptions Patience = new() { Deadline = TimeSpan.FromSeconds(90) };

    private static readonly JsonSerializerOptions JsonText = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Theory]
    [InlineData("v1.0")]
    [InlineData("v1.0-beta1")]
    [InlineData("v1.0-alpha1")]
    public async Task A_workflow_is_managed_over_http_from_start_to_purge(string version)
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        await Wait(mesh.Worker(sidecar)).StartAsync();
        var root = $"/{version}/workflows/dapr";

        Assert.Equal((202, """{"instanceID":"one"}"""), await PostAsync(sidecar, $"{root}/Wait/start?instanceID=one", "\"in\""));
        Assert.Equal((202, "{}"), await PostAsync(sidecar, $"{root}/one/pause"));
        await mesh.Client(sidecar).StatusAsync("one", OrchestrationStatus.Suspended);
        Assert.Equal("SUSPENDED", (await GetAsync(sidecar, $"{root}/one")).GetProperty("runtimeStatus").GetString());
        Assert.Equal((202, "{}"), await PostAsync(sidecar, $"{root}/one/resume"));
        await mesh.Client(sidecar).StatusAsync("one", OrchestrationStatus.Running);
        var (purgeStatus, purgeBody) = await PostAsync(sidecar, $"{root}/one/purge");
        Assert.Equal(500, purgeStatus);
        Assert.Equal("""{"errorCode":"ERR_PURGE_WORKFLOW","message":"error purging workflow one: failed to Purge workflow one: """
            + """orchestration has not yet completed"}""", purgeBody);
        Assert.Equal((202, "{}"), await PostAsync(sidecar, $"{root}/one/raiseEvent/a", "\"out\""));
        await mesh.Client(sidecar).CompletionAsync("one");
        var done = await GetAsync(sidecar, $"{root}/one");
        Assert.Equal(
            ["instanceID", "workflowName", "createdAt", "lastUpdatedAt", "runtimeStatus", "properties"],
            done.EnumerateObject().Select(property => property.Name));
        Assert.EndsWith("Z", done.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Equal("COMPLETED", done.GetProperty("runtimeStatus").GetString());
        Assert.Equal("""{"dapr.workflow.custom_status":"waiting","dapr.workflow.input":"\"in\"","dapr.workflow.output":"\"out\""}""",
            JsonSerializer.Serialize(done.GetProperty("properties"), JsonText));
        Assert.Equal((202, "{}"), await PostAsync(sidecar, $"{root}/one/purge"));
        Assert.Equal(HttpStatusCode.NotFound, (await sidecar.Http.GetAsync($"{root}/one")).StatusCode);
    }

    [Fact]
    public async Task Failures_are_shown_without_an_output()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        await mesh.Worker(sidecar).Workflow("Fail", _ => throw new InvalidOperationException("no")).StartAsync();
        await PostAsync(sidecar, "/v1.0/workflows/dapr/Fail/start?instanceID=failed");
        await mesh.Client(sidecar).CompletionAsync("failed");
        var state = await GetAsync(sidecar, "/v1.0/workflows/any/failed");
        Assert.Equal("FAILED", state.GetProperty("runtimeStatus").GetString());
        Assert.Equal(
            """{"dapr.workflow.input":"","dapr.workflow.failure.error_type":"InvalidOperationException",""" + '"'
            + """dapr.workflow.failure.error_message":"no"}""",
            JsonSerializer.Serialize(state.GetProperty("properties"), JsonText));
    }

    [Fact]
    public async Task Termination_over_http_returns_before_it_is_done_and_reaches_children()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        await Wait(mesh.Worker(sidecar)).Workflow("Parent", run => run.CallChild("Wait", id: "kid")).StartAsync();
        await PostAsync(sidecar, "/v1.0/workflows/dapr/Parent/start?instanceID=parent");
        await mesh.Client(sidecar).StatusAsync("kid", OrchestrationStatus.Running);
        Assert.Equal((202, "{}"), await PostAsync(sidecar, "/v1.0/workflows/dapr/parent/terminate"));
        Assert.Equal(OrchestrationStatus.Terminated, (await mesh.Client(sidecar).CompletionAsync("parent")).WorkflowStatus);
        Assert.Equal(OrchestrationStatus.Terminated, (await mesh.Client(sidecar).CompletionAsync("kid")).WorkflowStatus);
    }

    [Theory]
    [InlineData("GET", "nobody", 404, "ERR_INSTANCE_ID_NOT_FOUND", "unable to find workflow with the provided instance ID: nobody")]
    [InlineData("POST", "nobody/terminate", 404, "ERR_INSTANCE_ID_NOT_FOUND",
        "unable to find workflow with the provided instance ID: nobody")]
    [InlineData("POST", "nobody/purge", 404, "ERR_INSTANCE_ID_NOT_FOUND", "unable to find workflow with the provided instance ID: nobody")]
    [InlineData("POST", "nobody/pause", 500, "ERR_PAUSE_WORKFLOW",
        "error pausing workflow nobody: failed to pause workflow nobody: no such instance exists")]
    [InlineData("POST", "nobody/resume", 500, "ERR_RESUME_WORKFLOW",
        "error resuming workflow nobody: failed to resume workflow nobody: no such instance exists")]
    [InlineData("POST", "nobody/raiseEvent/e", 500, "ERR_RAISE_EVENT_WORKFLOW",
        "error raising event on workflow 'nobody': failed to raise event e on workflow nobody: no such instance exists")]
    [InlineData("POST", "W/start?instanceID=a.b", 400, "ERR_INSTANCE_ID_INVALID",
        "workflow instance ID 'a.b' is invalid: only alphanumeric and underscore characters are allowed")]
    [InlineData("POST", "W/start?instanceID=12345678901234567890123456789012345678901234567890123456789012345", 400,
        "ERR_INSTANCE_ID_TOO_LONG",
        "workflow instance ID exceeds the max length of 64 characters")]
    public async Task Bad_requests_get_daprs_errors(string method, string path, int status, string code, string message)
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1.0/workflows/dapr/{path}");
        using var answer = await sidecar.Http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(code, body.RootElement.GetProperty("errorCode").GetString());
        Assert.Equal(message, body.RootElement.GetProperty("message").GetString());
    }

    [Fact]
    public async Task An_id_in_use_is_an_error_of_the_start_and_no_id_gives_a_guid()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        await PostAsync(sidecar, "/v1.0/workflows/dapr/W/start?instanceID=one");
        Assert.Equal((500, """{"errorCode":"ERR_START_WORKFLOW","message":"error starting workflow 'W': unable to start workflow: """
            + """an active workflow with ID 'one' already exists"}"""),
            (await PostAsync(sidecar, "/v1.0/workflows/dapr/W/start?instanceID=one")) is var (status, body)
                ? (status, body.Replace("\\u0027", "'", StringComparison.Ordinal)) : default);
        var (_, started) = await PostAsync(sidecar, "/v1.0/workflows/dapr/W/start");
        using var json = JsonDocument.Parse(started);
        Assert.True(Guid.TryParse(json.RootElement.GetProperty("instanceID").GetString(), out _));
    }

    [Fact]
    public async Task The_dapr_service_manages_workflows_under_both_of_its_names()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        await Wait(mesh.Worker(sidecar)).StartAsync();
        var channel = mesh.Client(sidecar).Channel;
        foreach (var version in new[] { "Alpha1", "Beta1" })
        {
            var start = Dapr("StartWorkflow" + version, StartWorkflowRequest.Parser, StartWorkflowResponse.Parser);
            var started = await channel.CallAsync(start, new StartWorkflowRequest
            {
                WorkflowName = "Wait",
                WorkflowComponent = "dapr",
                Input = ByteString.CopyFromUtf8("in"),
            }, Patience);
            var id = started.InstanceId;
            await channel.CallAsync(Dapr("RaiseEventWorkflow" + version, RaiseEventWorkflowRequest.Parser, Empty.Parser),
                new RaiseEventWorkflowRequest { InstanceId = id, EventName = "a", EventData = ByteString.CopyFromUtf8("out") }, Patience);
            await mesh.Client(sidecar).CompletionAsync(id);
            var get = Dapr("GetWorkflow" + version, GetWorkflowRequest.Parser, GetWorkflowResponse.Parser);
            var state = await channel.CallAsync(get, new GetWorkflowRequest { InstanceId = id }, Patience);
            Assert.Equal(("Wait", "COMPLETED"), (state.WorkflowName, state.RuntimeStatus));
            Assert.Equal(("in", "out"), (state.Properties["dapr.workflow.input"], state.Properties["dapr.workflow.output"]));
            await channel.CallAsync(Dapr("PurgeWorkflow" + version, PurgeWorkflowRequest.Parser, Empty.Parser),
                new PurgeWorkflowRequest { InstanceId = id }, Patience);
            Assert.Equal("", (await channel.CallAsync(get, new GetWorkflowRequest { InstanceId = id }, Patience)).WorkflowName);
            var refused = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(
                Dapr("TerminateWorkflow" + version, TerminateWorkflowRequest.Parser, Empty.Parser),
                new TerminateWorkflowRequest { InstanceId = id }, Patience));
            Assert.Equal(GrpcStatusCode.NotFound, refused.Code);
            refused = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(start, new StartWorkflowRequest(), Patience));
            Assert.Equal((GrpcStatusCode.InvalidArgument, "workflow name is not configured"), (refused.Code, refused.Detail));
        }
    }

    [Fact]
    public async Task A_start_can_be_planned_through_the_dapr_service_in_rfc_3339_only()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        var channel = mesh.Client(sidecar).Channel;
        var start = Dapr("StartWorkflowBeta1", StartWorkflowRequest.Parser, StartWorkflowResponse.Parser);
        var request = new StartWorkflowRequest { WorkflowName = "W", InstanceId = "later" };
        request.Options["dapr.workflow.start_time"] = "tomorrow";
        var refused = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(start, request, Patience));
        Assert.Contains("start times must be in RFC3339 format", refused.Detail, StringComparison.Ordinal);
        request.Options["dapr.workflow.start_time"] = "2999-11-10T23:00:00Z";
        await channel.CallAsync(start, request, Patience);
        Assert.Equal(
            new DateTimeOffset(2999, 11, 10, 23, 0, 0, TimeSpan.Zero),
            (await mesh.Client(sidecar).GetAsync("later"))!.ScheduledStartTimestamp.ToDateTimeOffset());
    }

    private static TestWorker Wait(TestWorker worker) => worker.Workflow("Wait", run =>
    {
        run.CustomStatus = "waiting";
        return run.WaitForEvent("a");
    });

    private static GrpcMethod<TRequest, TResponse> Dapr<TRequest, TResponse>(
        string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new("dapr.proto.runtime.v1.Dapr", name, request, response);

    private static async Task<(int Status, string Body)> PostAsync(SidecarUnderTest sidecar, string path, string body = "")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await sidecar.Http.PostAsync(path, content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> GetAsync(SidecarUnderTest sidecar, string path) =>
        JsonDocument.Parse(await sidecar.Http.GetStringAsync(path)).RootElement;
}
