using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Workflows.Api;

namespace McpMesh.Sidecar.Workflows;

/// <summary>The faces of the workflow engine.</summary>
internal sealed class WorkflowApis
{
    private readonly TaskHubService _taskHub;
    private readonly WorkflowGrpcApi _grpc;

    public WorkflowApis(WorkflowRuntime runtime, SidecarOptions options, TimeProvider clock)
    {
        var instances = new InstanceCommands(runtime, options.AppId, options.Namespace, clock);
        var management = new WorkflowManagement(runtime, instances);
        _taskHub = new TaskHubService(runtime, instances);
        _grpc = new WorkflowGrpcApi(management);
        Http = new WorkflowHttpApi(management);
    }

    public WorkflowHttpApi Http { get; }

    public void AddTo(GrpcRoutes routes)
    {
        _taskHub.AddTo(routes);
        _grpc.AddTo(routes);
    }
}
