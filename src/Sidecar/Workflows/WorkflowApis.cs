using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Workflows.Api;

namespace McpMesh.Sidecar.Workflows;

/// <summary>The faces of the workflow engine.</summary>
internal sealed class WorkflowApis(WorkflowRuntime runtime, SidecarOptions options, TimeProvider clock)
{
    private readonly InstanceCommands _instances = new(runtime, options.AppId, options.Namespace, clock);

    public WorkflowHttpApi Http => field ??= new WorkflowHttpApi(new WorkflowManagement(runtime, _instances));

    public void AddTo(GrpcRoutes routes)
    {
        new TaskHubService(runtime, _instances).AddTo(routes);
        new WorkflowGrpcApi(new WorkflowManagement(runtime, _instances)).AddTo(routes);
    }
}
