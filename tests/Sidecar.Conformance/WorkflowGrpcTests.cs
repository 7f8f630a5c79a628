using Dapr.Client.Autogen.Grpc.v1;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 2.7 over gRPC.</summary>
[Collection(nameof(WorkflowMesh))]
public sealed class WorkflowGrpcTests(WorkflowMesh mesh)
{
    [Fact]
    public async Task A_workflow_is_managed_from_start_to_purge()
    {
        var started = await mesh.Grpc.AskAsync(DaprApi.StartWorkflow, Start("Wait", "g-managed", "in"));
        Assert.Equal("g-managed", started.InstanceId);

        await mesh.Grpc.AskAsync(DaprApi.PauseWorkflow, new PauseWorkflowRequest { InstanceId = "g-managed" });
        await mesh.Client.StatusAsync("g-managed", OrchestrationStatus.Suspended);
        await mesh.Grpc.AskAsync(DaprApi.ResumeWorkflow, new ResumeWorkflowRequest { InstanceId = "g-managed" });
        await mesh.Client.StatusAsync("g-managed", OrchestrationStatus.Running);
        await mesh.Grpc.AskAsync(
            DaprApi.RaiseEventWorkflow,
            new RaiseEventWorkflowRequest { InstanceId = "g-managed", EventName = "go", EventData = ByteString.CopyFromUtf8("out") });
        await mesh.Client.CompletionAsync("g-managed");
        var state = await GetAsync("g-managed");
        Assert.Equal(("Wait", "COMPLETED"), (state.WorkflowName, state.RuntimeStatus));
        Assert.Equal(("in", "out"), (state.Properties["dapr.workflow.input"], state.Properties["dapr.workflow.output"]));
        await mesh.Grpc.AskAsync(DaprApi.PurgeWorkflow, new PurgeWorkflowRequest { InstanceId = "g-managed" });
        Assert.Equal("", (await GetAsync("g-managed")).WorkflowName);
    }

    [Fact]
    public async Task A_start_time_delays_the_start()
    {
        var start = Start("Sequence", "g-later", "1");
        start.Options["dapr.workflow.start_time"] = "2999-11-10T23:00:00Z";
        await mesh.Grpc.AskAsync(DaprApi.StartWorkflow, start);

        Assert.Equal("PENDING", (await GetAsync("g-later")).RuntimeStatus);
    }

    [Fact]
    public async Task A_start_time_that_is_none_is_Internal()
    {
        var start = Start("Sequence", "g-never", "1");
        start.Options["dapr.workflow.start_time"] = "tomorrow";

        await mesh.Grpc.RefusesAsync(
            DaprApi.StartWorkflow, start, GrpcStatusCode.Internal, "error starting workflow 'Sequence': …");
    }

    [Fact]
    public async Task Terminate_ends_an_instance()
    {
        await mesh.Grpc.AskAsync(DaprApi.StartWorkflow, Start("Wait", "g-terminated"));
        await mesh.Grpc.AskAsync(DaprApi.TerminateWorkflow, new TerminateWorkflowRequest { InstanceId = "g-terminated" });

        await mesh.Client.StatusAsync("g-terminated", OrchestrationStatus.Terminated);
        Assert.Equal("TERMINATED", (await GetAsync("g-terminated")).RuntimeStatus);
    }

    [Fact]
    public async Task An_unknown_instance_is_NotFound()
    {
        const string message = "unable to find workflow with the provided instance ID: nobody";
        await mesh.Grpc.RefusesAsync(
            DaprApi.TerminateWorkflow, new TerminateWorkflowRequest { InstanceId = "nobody" }, GrpcStatusCode.NotFound, message);
        await mesh.Grpc.RefusesAsync(
            DaprApi.PurgeWorkflow, new PurgeWorkflowRequest { InstanceId = "nobody" }, GrpcStatusCode.NotFound, message);
    }

    [Fact]
    public async Task What_an_unknown_instance_cannot_do_is_Internal()
    {
        await mesh.Grpc.RefusesAsync(
            DaprApi.PauseWorkflow, new PauseWorkflowRequest { InstanceId = "nobody" }, GrpcStatusCode.Internal,
            "error pausing workflow nobody: …");
        await mesh.Grpc.RefusesAsync(
            DaprApi.ResumeWorkflow, new ResumeWorkflowRequest { InstanceId = "nobody" }, GrpcStatusCode.Internal,
            "error resuming workflow nobody: …");
        await mesh.Grpc.RefusesAsync(
            DaprApi.RaiseEventWorkflow, new RaiseEventWorkflowRequest { InstanceId = "nobody", EventName = "e" }, GrpcStatusCode.Internal,
            "error raising event on workflow 'nobody': …");
    }

    [Fact]
    public async Task What_is_missing_or_malformed_is_InvalidArgument()
    {
        const GrpcStatusCode code = GrpcStatusCode.InvalidArgument;
        await mesh.Grpc.RefusesAsync(DaprApi.StartWorkflow, Start("", "x"), code, "workflow name is not configured");
        await mesh.Grpc.RefusesAsync(DaprApi.GetWorkflow, new GetWorkflowRequest(), code, "no instance ID was provided");
        await mesh.Grpc.RefusesAsync(
            DaprApi.RaiseEventWorkflow, new RaiseEventWorkflowRequest { InstanceId = "x" }, code, "missing workflow event name");
        await mesh.Grpc.RefusesAsync(
            DaprApi.StartWorkflow, Start("Wait", new string('x', 65)), code,
            "workflow instance ID exceeds the max length of 64 characters");
        await mesh.Grpc.RefusesAsync(DaprApi.StartWorkflow, Start("Wait", "a.b"), code, "workflow instance ID 'a.b' is invalid: …");
    }

    private static StartWorkflowRequest Start(string name, string id, string input = "") =>
        new() { WorkflowName = name, WorkflowComponent = "dapr", InstanceId = id, Input = ByteString.CopyFromUtf8(input) };

    private Task<GetWorkflowResponse> GetAsync(string id) =>
        mesh.Grpc.AskAsync(DaprApi.GetWorkflow, new GetWorkflowRequest { InstanceId = id, WorkflowComponent = "dapr" });
}
