using Dapr.DurableTask.Protobuf;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.DaprProtos;
using McpMesh.Grpc;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Turns;
using McpMesh.Sidecar.Workflows.Work;

namespace McpMesh.Sidecar.Workflows.Api;

/// <summary><c>TaskHubSidecarService</c>, which workers and workflow clients speak. It has no proto package.</summary>
internal sealed class TaskHubService(WorkflowRuntime runtime, InstanceCommands instances)
{
    private const string Service = "TaskHubSidecarService";

    public void AddTo(GrpcRoutes routes)
    {
        routes.Unary(Method("Hello", Empty.Parser, Empty.Parser), static (_, _, _) => Task.FromResult(new Empty()));
        routes.ServerStreaming(Method("GetWorkItems", GetWorkItemsRequest.Parser, EncodedWorkItem.Parser), ServeWorkerAsync);
        routes.Unary(Method("CompleteActivityTask", ActivityResponse.Parser, CompleteTaskResponse.Parser), CompleteActivityAsync);
        routes.Unary(Method("CompleteOrchestratorTask", WorkflowResponse.Parser, CompleteTaskResponse.Parser), CompleteTurnAsync);
        routes.Unary(Method("CompleteWorkflowTask", WorkflowResponse.Parser, CompleteTaskResponse.Parser), CompleteTurnAsync);
        routes.Unary(Method("StartInstance", CreateInstanceRequest.Parser, CreateInstanceResponse.Parser), StartAsync);
        routes.Unary(Method("GetInstance", GetInstanceRequest.Parser, GetInstanceResponse.Parser), GetAsync);
        routes.Unary(Method("WaitForInstanceStart", GetInstanceRequest.Parser, GetInstanceResponse.Parser), WaitForStartAsync);
        routes.Unary(Method("WaitForInstanceCompletion", GetInstanceRequest.Parser, GetInstanceResponse.Parser), WaitForCompletionAsync);
        routes.Unary(Method("RaiseEvent", RaiseEventRequest.Parser, RaiseEventResponse.Parser), RaiseEventAsync);
        routes.Unary(Method("TerminateInstance", TerminateRequest.Parser, TerminateResponse.Parser), TerminateAsync);
        routes.Unary(Method("SuspendInstance", SuspendRequest.Parser, SuspendResponse.Parser), SuspendAsync);
        routes.Unary(Method("ResumeInstance", ResumeRequest.Parser, ResumeResponse.Parser), ResumeAsync);
        routes.Unary(Method("PurgeInstances", PurgeInstancesRequest.Parser, PurgeInstancesResponse.Parser), PurgeAsync);
        routes.Unary(
            Method("RerunWorkflowFromEvent", RerunWorkflowFromEventRequest.Parser, RerunWorkflowFromEventResponse.Parser), RerunAsync);
        routes.Unary(
            Method("ListInstanceIDs", ListInstanceIDsRequest.Parser, ListInstanceIDsResponse.Parser),
            (request, _, _) => instances.ListAsync(request));
        routes.Unary(
            Method("GetInstanceHistory", GetInstanceHistoryRequest.Parser, EncodedInstanceHistory.Parser),
            (request, _, _) => instances.HistoryAsync(Require(request.InstanceId)));
    }

    private static GrpcMethod<TRequest, TResponse> Method<TRequest, TResponse>(
        string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new(Service, name, request, response);

    private async Task ServeWorkerAsync(
        GetWorkItemsRequest request, IGrpcStreamWriter<EncodedWorkItem> worker, GrpcServerCall call, CancellationToken cancellationToken)
    {
        var engine = await runtime.EngineAsync();
        await engine.ServeAsync(worker, cancellationToken);
    }

    private Task<CompleteTaskResponse> CompleteActivityAsync(
        ActivityResponse response, GrpcServerCall call, CancellationToken cancellationToken) =>
        AnswerAsync(WorkItemKey.Of(response.InstanceId, response.TaskId), response.CompletionToken, response);

    private Task<CompleteTaskResponse> CompleteTurnAsync(
        WorkflowResponse response, GrpcServerCall call, CancellationToken cancellationToken) =>
        AnswerAsync(WorkItemKey.Of(response.InstanceId), response.CompletionToken, response);

    private async Task<CompleteTaskResponse> AnswerAsync(string key, string token, IMessage answer)
    {
        var engine = await runtime.EngineAsync();
        try
        {
            await engine.Workers.AnswerAsync(key, token, answer);
            return new CompleteTaskResponse();
        }
        catch (LeaseLostException error)
        {
            throw new GrpcException(GrpcStatusCode.FailedPrecondition, error.Message, error);
        }
        catch (TurnRefusedException error)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, error.Message, error);
        }
        catch (HistoryCorruptException error)
        {
            throw new GrpcException(GrpcStatusCode.DataLoss, error.Message, error);
        }
        catch (StorageException error)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, $"nothing was written: {error.Message}", error);
        }
    }

    private async Task<CreateInstanceResponse> StartAsync(
        CreateInstanceRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        if (request.InstanceId.Length == 0) request.InstanceId = Guid.NewGuid().ToString();
        if (request.Name.Length == 0) throw new GrpcException(GrpcStatusCode.InvalidArgument, "name: a workflow name is required");
        await instances.StartAsync(request);
        if (request.ScheduledStartTimestamp is null) await instances.WaitForStartAsync(request.InstanceId, cancellationToken);
        return new CreateInstanceResponse { InstanceId = request.InstanceId };
    }

    private async Task<GetInstanceResponse> GetAsync(
        GetInstanceRequest request, GrpcServerCall call, CancellationToken cancellationToken) =>
        Response(await instances.FindAsync(Require(request.InstanceId), request.GetInputsAndOutputs));

    private async Task<GetInstanceResponse> WaitForStartAsync(
        GetInstanceRequest request, GrpcServerCall call, CancellationToken cancellationToken) =>
        Response(await instances.WaitAsync(
            Require(request.InstanceId), status => status != OrchestrationStatus.Pending, request.GetInputsAndOutputs, cancellationToken));

    private async Task<GetInstanceResponse> WaitForCompletionAsync(
        GetInstanceRequest request, GrpcServerCall call, CancellationToken cancellationToken) =>
        Response(await instances.WaitAsync(
            Require(request.InstanceId), CompletionRules.IsFinal, request.GetInputsAndOutputs, cancellationToken));

    private async Task<RaiseEventResponse> RaiseEventAsync(
        RaiseEventRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        await instances.RaiseEventAsync(Require(request.InstanceId), request.Name, request.Input);
        return new RaiseEventResponse();
    }

    private async Task<TerminateResponse> TerminateAsync(
        TerminateRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        await instances.TerminateAsync(Require(request.InstanceId), request.Output, request.Recursive);
        await instances.WaitAsync(request.InstanceId, CompletionRules.IsFinal, false, cancellationToken);
        return new TerminateResponse();
    }

    private async Task<SuspendResponse> SuspendAsync(SuspendRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        await instances.SuspendAsync(Require(request.InstanceId), request.Reason);
        await instances.WaitAsync(
            request.InstanceId, status => status == OrchestrationStatus.Suspended || CompletionRules.IsFinal(status), false,
            cancellationToken);
        return new SuspendResponse();
    }

    private async Task<ResumeResponse> ResumeAsync(ResumeRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        await instances.ResumeAsync(Require(request.InstanceId), request.Reason);
        await instances.WaitAsync(
            request.InstanceId, status => status == OrchestrationStatus.Running || CompletionRules.IsFinal(status), false,
            cancellationToken);
        return new ResumeResponse();
    }

    private async Task<PurgeInstancesResponse> PurgeAsync(
        PurgeInstancesRequest request, GrpcServerCall call, CancellationToken cancellationToken)
    {
        if (request.PurgeInstanceFilter is not null)
            throw new GrpcException(GrpcStatusCode.Unimplemented, "multi-instance purge is not implemented");
        try
        {
            var removed = await instances.PurgeAsync(Require(request.InstanceId), request.Recursive, request.HasForce && request.Force);
            return new PurgeInstancesResponse { DeletedInstanceCount = removed };
        }
        catch (GrpcException error)
        {
            throw new GrpcException(error.Code, $"failed to purge workflow state: {error.Detail}");
        }
    }

    private async Task<RerunWorkflowFromEventResponse> RerunAsync(
        RerunWorkflowFromEventRequest request, GrpcServerCall call, CancellationToken cancellationToken) =>
        new() { NewInstanceID = await instances.RerunAsync(request) };

    private static GetInstanceResponse Response(WorkflowState? state) => new() { Exists = state is not null, WorkflowState = state };

    private static string Require(string instanceId) => instanceId.Length > 0
        ? instanceId
        : throw new GrpcException(GrpcStatusCode.InvalidArgument, "instanceId: no instance ID was provided");
}
