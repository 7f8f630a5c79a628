using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;

namespace McpMesh.Sidecar.Tests.Workflows.Worker;

/// <summary>The methods of TaskHubSidecarService.</summary>
internal static class TaskHub
{
    public static readonly GrpcMethod<Empty, Empty> Hello = Of("Hello", Empty.Parser, Empty.Parser);

    public static readonly GrpcMethod<GetWorkItemsRequest, WorkItem> GetWorkItems =
        Of("GetWorkItems", GetWorkItemsRequest.Parser, WorkItem.Parser);

    public static readonly GrpcMethod<ActivityResponse, CompleteTaskResponse> CompleteActivityTask =
        Of("CompleteActivityTask", ActivityResponse.Parser, CompleteTaskResponse.Parser);

    public static readonly GrpcMethod<WorkflowResponse, CompleteTaskResponse> CompleteOrchestratorTask =
        Of("CompleteOrchestratorTask", WorkflowResponse.Parser, CompleteTaskResponse.Parser);

    public static readonly GrpcMethod<WorkflowResponse, CompleteTaskResponse> CompleteWorkflowTask =
        Of("CompleteWorkflowTask", WorkflowResponse.Parser, CompleteTaskResponse.Parser);

    public static readonly GrpcMethod<CreateInstanceRequest, CreateInstanceResponse> StartInstance =
        Of("StartInstance", CreateInstanceRequest.Parser, CreateInstanceResponse.Parser);

    public static readonly GrpcMethod<GetInstanceRequest, GetInstanceResponse> GetInstance =
        Of("GetInstance", GetInstanceRequest.Parser, GetInstanceResponse.Parser);

    public static readonly GrpcMethod<GetInstanceRequest, GetInstanceResponse> WaitForInstanceStart =
        Of("WaitForInstanceStart", GetInstanceRequest.Parser, GetInstanceResponse.Parser);

    public static readonly GrpcMethod<GetInstanceRequest, GetInstanceResponse> WaitForInstanceCompletion =
        Of("WaitForInstanceCompletion", GetInstanceRequest.Parser, GetInstanceResponse.Parser);

    public static readonly GrpcMethod<RaiseEventRequest, RaiseEventResponse> RaiseEvent =
        Of("RaiseEvent", RaiseEventRequest.Parser, RaiseEventResponse.Parser);

    public static readonly GrpcMethod<TerminateRequest, TerminateResponse> TerminateInstance =
        Of("TerminateInstance", TerminateRequest.Parser, TerminateResponse.Parser);

    public static readonly GrpcMethod<SuspendRequest, SuspendResponse> SuspendInstance =
        Of("SuspendInstance", SuspendRequest.Parser, SuspendResponse.Parser);

    public static readonly GrpcMethod<ResumeRequest, ResumeResponse> ResumeInstance =
        Of("ResumeInstance", ResumeRequest.Parser, ResumeResponse.Parser);

    public static readonly GrpcMethod<PurgeInstancesRequest, PurgeInstancesResponse> PurgeInstances =
        Of("PurgeInstances", PurgeInstancesRequest.Parser, PurgeInstancesResponse.Parser);

    public static readonly GrpcMethod<RerunWorkflowFromEventRequest, RerunWorkflowFromEventResponse> Rerun =
        Of("RerunWorkflowFromEvent", RerunWorkflowFromEventRequest.Parser, RerunWorkflowFromEventResponse.Parser);

    public static readonly GrpcMethod<ListInstanceIDsRequest, ListInstanceIDsResponse> ListInstanceIds =
        Of("ListInstanceIDs", ListInstanceIDsRequest.Parser, ListInstanceIDsResponse.Parser);

    public static readonly GrpcMethod<GetInstanceHistoryRequest, GetInstanceHistoryResponse> GetInstanceHistory =
        Of("GetInstanceHistory", GetInstanceHistoryRequest.Parser, GetInstanceHistoryResponse.Parser);

    private static GrpcMethod<TRequest, TResponse> Of<TRequest, TResponse>(
        string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new("TaskHubSidecarService", name, request, response);
}
