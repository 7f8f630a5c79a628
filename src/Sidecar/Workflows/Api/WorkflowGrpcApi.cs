using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Http;

namespace McpMesh.Sidecar.Workflows.Api;

/// <summary>The workflow methods of <c>dapr.proto.runtime.v1.Dapr</c>, under their Alpha1 and their Beta1 names.</summary>
internal sealed class WorkflowGrpcApi(WorkflowManagement workflows)
{
    private const string Service = "dapr.proto.runtime.v1.Dapr";

    public void AddTo(GrpcRoutes routes)
    {
        Add(routes, "StartWorkflow", StartWorkflowRequest.Parser, StartWorkflowResponse.Parser, workflows.StartAsync);
        Add(routes, "GetWorkflow", GetWorkflowRequest.Parser, GetWorkflowResponse.Parser, r => workflows.GetAsync(r.InstanceId));
        Add(routes, "TerminateWorkflow", TerminateWorkflowRequest.Parser, r => workflows.TerminateAsync(r.InstanceId));
        Add(routes, "PauseWorkflow", PauseWorkflowRequest.Parser, r => workflows.PauseAsync(r.InstanceId));
        Add(routes, "ResumeWorkflow", ResumeWorkflowRequest.Parser, r => workflows.ResumeAsync(r.InstanceId));
        Add(routes, "PurgeWorkflow", PurgeWorkflowRequest.Parser, r => workflows.PurgeAsync(r.InstanceId));
        Add(routes, "RaiseEventWorkflow", RaiseEventWorkflowRequest.Parser, r => workflows.RaiseEventAsync(
            r.InstanceId, r.EventName, r.EventData.IsEmpty ? null : r.EventData.ToStringUtf8()));
    }

    private static void Add<TRequest>(GrpcRoutes routes, string name, MessageParser<TRequest> request, Func<TRequest, Task> handler)
        where TRequest : class, IMessage<TRequest> =>
        Add(routes, name, request, Empty.Parser, async r =>
        {
            await handler(r);
            return new Empty();
        });

    private static void Add<TRequest, TResponse>(
        GrpcRoutes routes, string name, MessageParser<TRequest> request, MessageParser<TResponse> response,
        Func<TRequest, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        foreach (var version in new[] { "Alpha1", "Beta1" })
        {
            routes.Unary(new GrpcMethod<TRequest, TResponse>(Service, name + version, request, response), async (r, _, _) =>
            {
                try
                {
                    return await handler(r);
                }
                catch (ApiException error)
                {
                    throw WorkflowErrors.ToGrpc(error.Error);
                }
            });
        }
    }
}
