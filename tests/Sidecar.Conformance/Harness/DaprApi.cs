using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>The methods of dapr.proto.runtime.v1.Dapr.</summary>
internal static class DaprApi
{
    public static readonly GrpcMethod<InvokeServiceRequest, InvokeResponse> InvokeService =
        Of("InvokeService", InvokeServiceRequest.Parser, InvokeResponse.Parser);

    public static readonly GrpcMethod<GetStateRequest, GetStateResponse> GetState =
        Of("GetState", GetStateRequest.Parser, GetStateResponse.Parser);

    public static readonly GrpcMethod<GetBulkStateRequest, GetBulkStateResponse> GetBulkState =
        Of("GetBulkState", GetBulkStateRequest.Parser, GetBulkStateResponse.Parser);

    public static readonly GrpcMethod<SaveStateRequest, Empty> SaveState = Of("SaveState", SaveStateRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<DeleteStateRequest, Empty> DeleteState = Of("DeleteState", DeleteStateRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<DeleteBulkStateRequest, Empty> DeleteBulkState =
        Of("DeleteBulkState", DeleteBulkStateRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<ExecuteStateTransactionRequest, Empty> ExecuteStateTransaction =
        Of("ExecuteStateTransaction", ExecuteStateTransactionRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<QueryStateRequest, QueryStateResponse> QueryState =
        Of("QueryStateAlpha1", QueryStateRequest.Parser, QueryStateResponse.Parser);

    public static readonly GrpcMethod<PublishEventRequest, Empty> PublishEvent =
        Of("PublishEvent", PublishEventRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<BulkPublishRequest, BulkPublishResponse> BulkPublishEvent =
        Of("BulkPublishEvent", BulkPublishRequest.Parser, BulkPublishResponse.Parser);

    public static readonly GrpcMethod<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> SubscribeTopicEvents =
        Of("SubscribeTopicEventsAlpha1", SubscribeTopicEventsRequestAlpha1.Parser, SubscribeTopicEventsResponseAlpha1.Parser);

    public static readonly GrpcMethod<GetSecretRequest, GetSecretResponse> GetSecret =
        Of("GetSecret", GetSecretRequest.Parser, GetSecretResponse.Parser);

    public static readonly GrpcMethod<GetBulkSecretRequest, GetBulkSecretResponse> GetBulkSecret =
        Of("GetBulkSecret", GetBulkSecretRequest.Parser, GetBulkSecretResponse.Parser);

    public static readonly GrpcMethod<GetConfigurationRequest, GetConfigurationResponse> GetConfiguration =
        Of("GetConfiguration", GetConfigurationRequest.Parser, GetConfigurationResponse.Parser);

    public static readonly GrpcMethod<SubscribeConfigurationRequest, SubscribeConfigurationResponse> SubscribeConfiguration =
        Of("SubscribeConfiguration", SubscribeConfigurationRequest.Parser, SubscribeConfigurationResponse.Parser);

    public static readonly GrpcMethod<UnsubscribeConfigurationRequest, UnsubscribeConfigurationResponse> UnsubscribeConfiguration =
        Of("UnsubscribeConfiguration", UnsubscribeConfigurationRequest.Parser, UnsubscribeConfigurationResponse.Parser);

    public static readonly GrpcMethod<GetMetadataRequest, GetMetadataResponse> GetMetadata =
        Of("GetMetadata", GetMetadataRequest.Parser, GetMetadataResponse.Parser);

    public static readonly GrpcMethod<SetMetadataRequest, Empty> SetMetadata = Of("SetMetadata", SetMetadataRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<ShutdownRequest, Empty> Shutdown = Of("Shutdown", ShutdownRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<StartWorkflowRequest, StartWorkflowResponse> StartWorkflow =
        Of("StartWorkflowBeta1", StartWorkflowRequest.Parser, StartWorkflowResponse.Parser);

    public static readonly GrpcMethod<GetWorkflowRequest, GetWorkflowResponse> GetWorkflow =
        Of("GetWorkflowBeta1", GetWorkflowRequest.Parser, GetWorkflowResponse.Parser);

    public static readonly GrpcMethod<TerminateWorkflowRequest, Empty> TerminateWorkflow =
        Of("TerminateWorkflowBeta1", TerminateWorkflowRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<PauseWorkflowRequest, Empty> PauseWorkflow =
        Of("PauseWorkflowBeta1", PauseWorkflowRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<ResumeWorkflowRequest, Empty> ResumeWorkflow =
        Of("ResumeWorkflowBeta1", ResumeWorkflowRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<PurgeWorkflowRequest, Empty> PurgeWorkflow =
        Of("PurgeWorkflowBeta1", PurgeWorkflowRequest.Parser, Empty.Parser);

    public static readonly GrpcMethod<RaiseEventWorkflowRequest, Empty> RaiseEventWorkflow =
        Of("RaiseEventWorkflowBeta1", RaiseEventWorkflowRequest.Parser, Empty.Parser);

    /// <summary>A method that no release has.</summary>
    public static readonly GrpcMethod<Empty, Empty> Unknown = Of("NoSuchMethod", Empty.Parser, Empty.Parser);

    private static GrpcMethod<TRequest, TResponse> Of<TRequest, TResponse>(
        string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new("dapr.proto.runtime.v1.Dapr", name, request, response);
}
