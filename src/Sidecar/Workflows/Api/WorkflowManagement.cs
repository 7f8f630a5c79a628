using System.Globalization;
using Dapr.Client.Autogen.Grpc.v1;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf.WellKnownTypes;
using McpMesh.Grpc;

namespace McpMesh.Sidecar.Workflows.Api;

/// <summary>Dapr's workflow management API, the same for HTTP and gRPC. The workflow component that both name does not matter.</summary>
internal sealed class WorkflowManagement(WorkflowRuntime runtime, InstanceCommands instances)
{
    private const string StartTimeOption = "dapr.workflow.start_time";

    public async Task<StartWorkflowResponse> StartAsync(StartWorkflowRequest request)
    {
        CheckStore();
        var id = request.InstanceId.Length > 0 ? request.InstanceId : Guid.NewGuid().ToString();
        InstanceIds.CheckNew(id);
        if (request.WorkflowName.Length == 0) throw WorkflowErrors.NoWorkflowName;
        var create = new CreateInstanceRequest
        {
            InstanceId = id,
            Name = request.WorkflowName,
            Input = request.Input.ToStringUtf8(),
            ScheduledStartTimestamp = StartTime(request),
        };
        try
        {
            await instances.StartAsync(create);
        }
        catch (GrpcException error)
        {
            throw WorkflowErrors.Failed("ERR_START_WORKFLOW",
                $"error starting workflow '{request.WorkflowName}': unable to start workflow: {error.Detail}");
        }

        return new StartWorkflowResponse { InstanceId = id };
    }

    /// <summary>Without a name when there is no such instance.</summary>
    public async Task<GetWorkflowResponse> GetAsync(string id)
    {
        CheckStore();
        InstanceIds.Check(id);
        if (await instances.FindAsync(id, withPayloads: true) is not { } state) return new GetWorkflowResponse { InstanceId = id };
        var response = new GetWorkflowResponse
        {
            InstanceId = id,
            WorkflowName = state.Name,
            CreatedAt = state.CreatedTimestamp,
            LastUpdatedAt = state.LastUpdatedTimestamp,
            RuntimeStatus = NameOf(state.WorkflowStatus),
        };
        Add(response, "dapr.workflow.custom_status", state.CustomStatus);
        Add(response, "dapr.workflow.input", state.Input);
        Add(response, "dapr.workflow.output", state.FailureDetails is null ? state.Output : null);
        Add(response, "dapr.workflow.failure.error_type", state.FailureDetails?.ErrorType);
        Add(response, "dapr.workflow.failure.error_message", state.FailureDetails?.ErrorMessage);
        Add(response, "dapr.workflow.failure.stack_trace", state.FailureDetails?.StackTrace);
        return response;
    }

    public Task TerminateAsync(string id) => RunAsync(
        id, () => instances.TerminateAsync(id, null, recurse: true), "ERR_TERMINATE_WORKFLOW",
        $"error terminating workflow '{id}': failed to terminate workflow {id}", missingIsNotFound: true);

    public Task PurgeAsync(string id) => RunAsync(
        id, () => instances.PurgeAsync(id, recursive: true, force: false), "ERR_PURGE_WORKFLOW",
        $"error purging workflow {id}: failed to Purge workflow {id}", missingIsNotFound: true);

    public Task PauseAsync(string id) => RunAsync(
        id, () => instances.SuspendAsync(id, null), "ERR_PAUSE_WORKFLOW",
        $"error pausing workflow {id}: failed to pause workflow {id}", missingIsNotFound: false);

    public Task ResumeAsync(string id) => RunAsync(
        id, () => instances.ResumeAsync(id, null), "ERR_RESUME_WORKFLOW",
        $"error resuming workflow {id}: failed to resume workflow {id}", missingIsNotFound: false);

    public Task RaiseEventAsync(string id, string name, string? data)
    {
        CheckStore();
        InstanceIds.Check(id);
        if (name.Length == 0) throw WorkflowErrors.NoEventName;
        return RunAsync(
            id, () => instances.RaiseEventAsync(id, name, data), "ERR_RAISE_EVENT_WORKFLOW",
            $"error raising event on workflow '{id}': failed to raise event {name} on workflow {id}", missingIsNotFound: false);
    }

    private async Task RunAsync(string id, Func<Task> command, string code, string failure, bool missingIsNotFound)
    {
        CheckStore();
        InstanceIds.Check(id);
        try
        {
            await command();
        }
        catch (GrpcException error)
        {
            if (missingIsNotFound && error.Code == GrpcStatusCode.NotFound) throw WorkflowErrors.InstanceNotFound(id);
            throw WorkflowErrors.Failed(code, $"{failure}: {error.Detail}");
        }
    }

    private void CheckStore()
    {
        if (!runtime.HasStore) throw WorkflowErrors.ActorRuntimeNotFound;
    }

    private static Timestamp? StartTime(StartWorkflowRequest request)
    {
        if (!request.Options.TryGetValue(StartTimeOption, out var text)) return null;
        return text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? Timestamp.FromDateTimeOffset(time)
                : throw WorkflowErrors.Failed("ERR_START_WORKFLOW", $"error starting workflow '{request.WorkflowName}': "
                    + "start times must be in RFC3339 format (e.g. \"2009-11-10T23:00:00Z\")");
    }

    // Dapr's list of names ends before STALLED.
    private static string NameOf(OrchestrationStatus status) => status switch
    {
        OrchestrationStatus.Running => "RUNNING",
        OrchestrationStatus.Completed => "COMPLETED",
        OrchestrationStatus.ContinuedAsNew => "CONTINUED_AS_NEW",
        OrchestrationStatus.Failed => "FAILED",
        OrchestrationStatus.Canceled => "CANCELED",
        OrchestrationStatus.Terminated => "TERMINATED",
        OrchestrationStatus.Pending => "PENDING",
        OrchestrationStatus.Suspended => "SUSPENDED",
        _ => "UNKNOWN",
    };

    private static void Add(GetWorkflowResponse response, string name, string? value)
    {
        if (value is not null) response.Properties[name] = value;
    }
}
