using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;

namespace Dapr.Workflow.Worker;

/// <summary>The methods of the sidecar's workflow service.</summary>
internal static class TaskHub
{
    private const string Service = "TaskHubSidecarService";

    public static readonly GrpcMethod<Empty, Empty> Hello = new(Service, nameof(Hello), Empty.Parser, Empty.Parser);

    public static readonly GrpcMethod<GetWorkItemsRequest, WorkItem> GetWorkItems =
        new(Service, nameof(GetWorkItems), GetWorkItemsRequest.Parser, WorkItem.Parser);

    /// <summary>The name before 1.18; newer runtimes take both.</summary>
    public static readonly GrpcMethod<WorkflowResponse, CompleteTaskResponse> CompleteOrchestratorTask =
        new(Service, nameof(CompleteOrchestratorTask), WorkflowResponse.Parser, CompleteTaskResponse.Parser);

    public static readonly GrpcMethod<ActivityResponse, CompleteTaskResponse> CompleteActivityTask =
        new(Service, nameof(CompleteActivityTask), ActivityResponse.Parser, CompleteTaskResponse.Parser);

    public static readonly GrpcMethod<CreateInstanceRequest, CreateInstanceResponse> StartInstance =
        new(Service, nameof(StartInstance), CreateInstanceRequest.Parser, CreateInstanceResponse.Parser);

    public static readonly GrpcMethod<GetInstanceRequest, GetInstanceResponse> GetInstance =
        new(Service, nameof(GetInstance), GetInstanceRequest.Parser, GetInstanceResponse.Parser);

    public static readonly GrpcMethod<GetInstanceRequest, GetInstanceResponse> WaitForInstanceStart =
        new(Service, nameof(WaitForInstanceStart), GetInstanceRequest.Parser, GetInstanceResponse.Parser);

    public static readonly GrpcMethod<GetInstanceRequest, GetInstanceResponse> WaitForInstanceCompletion =
        new(Service, nameof(WaitForInstanceCompletion), GetInstanceRequest.Parser, GetInstanceResponse.Parser);

    public static readonly GrpcMethod<RaiseEventRequest, RaiseEventResponse> RaiseEvent =
        new(Service, nameof(RaiseEvent), RaiseEventRequest.Parser, RaiseEventResponse.Parser);

    public static readonly GrpcMethod<TerminateRequest, TerminateResponse> TerminateInstance =
        new(Service, nameof(TerminateInstance), TerminateRequest.Parser, TerminateResponse.Parser);

    public static readonly GrpcMethod<SuspendRequest, SuspendResponse> SuspendInstance =
        new(Service, nameof(SuspendInstance), SuspendRequest.Parser, SuspendResponse.Parser);

    public static readonly GrpcMethod<ResumeRequest, ResumeResponse> ResumeInstance =
        new(Service, nameof(ResumeInstance), ResumeRequest.Parser, ResumeResponse.Parser);

    public static readonly GrpcMethod<PurgeInstancesRequest, PurgeInstancesResponse> PurgeInstances =
        new(Service, nameof(PurgeInstances), PurgeInstancesRequest.Parser, PurgeInstancesResponse.Parser);

    public static readonly GrpcMethod<ListInstanceIDsRequest, ListInstanceIDsResponse> ListInstanceIDs =
        new(Service, nameof(ListInstanceIDs), ListInstanceIDsRequest.Parser, ListInstanceIDsResponse.Parser);

    public static readonly GrpcMethod<GetInstanceHistoryRequest, GetInstanceHistoryResponse> GetInstanceHistory =
        new(Service, nameof(GetInstanceHistory), GetInstanceHistoryRequest.Parser, GetInstanceHistoryResponse.Parser);

    public static readonly GrpcMethod<RerunWorkflowFromEventRequest, RerunWorkflowFromEventResponse> RerunWorkflowFromEvent =
        new(Service, nameof(RerunWorkflowFromEvent), RerunWorkflowFromEventRequest.Parser, RerunWorkflowFromEventResponse.Parser);
}
