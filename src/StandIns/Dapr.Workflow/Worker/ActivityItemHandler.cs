using System.Diagnostics;
using System.Globalization;
using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using Dapr.Workflow.Worker.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Runs the activity of a work item, in a scope of its own and under the trace of its caller.</summary>
internal sealed class ActivityItemHandler(
    IServiceScopeFactory scopes, IWorkflowsFactory factory, IDaprSerializer serializer, ILogger<ActivityItemHandler> log)
{
    private const string NotFound = "ActivityNotFoundException";
    private static readonly ActivitySource Traces = new("Dapr.Workflow");

    public async Task<ActivityResponse> HandleAsync(ActivityRequest request)
    {
        var instanceId = request.WorkflowInstance?.InstanceId ?? string.Empty;
        var response = new ActivityResponse { InstanceId = instanceId, TaskId = request.TaskId };
        using var trace = StartTrace(request);
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope)
            {
                await RunAsync(request, instanceId, response, scope.ServiceProvider);
            }
        }
        // Whatever the activity throws is its outcome.
        catch (Exception error)
        {
            log.ActivityFailed(error, request.Name, instanceId);
            trace?.SetStatus(ActivityStatusCode.Error, error.GetType().FullName);
            response.FailureDetails = Failures.Of(error);
        }
        return response;
    }

    private async Task RunAsync(ActivityRequest request, string instanceId, ActivityResponse response, IServiceProvider services)
    {
        if (!factory.TryCreateActivity(request.Name, services, out var activity, out var failure))
        {
            if (failure is not null)
            {
                log.ActivityFailed(failure, request.Name, instanceId);
                response.FailureDetails = Failures.Of(failure);
                response.FailureDetails.ErrorMessage = $"Activity '{request.Name}' could not be created: {failure.Message}";
                return;
            }
            log.NotRegistered("activity", request.Name, instanceId);
            response.FailureDetails = Failures.Named(NotFound, $"Activity '{request.Name}' not found");
            return;
        }
        var key = string.IsNullOrEmpty(request.TaskExecutionId)
            ? request.TaskId.ToString(CultureInfo.InvariantCulture)
            : request.TaskExecutionId;
        var input = serializer.Deserialize(request.Input, activity!.InputType);
        response.Result = serializer.Serialize(await activity.RunAsync(new ActivityContext(request.Name, instanceId, key), input));
    }

    private static Activity? StartTrace(ActivityRequest request) =>
        request.ParentTraceContext is { TraceParent.Length: > 0 } parent
        && System.Diagnostics.ActivityContext.TryParse(parent.TraceParent, parent.TraceState, isRemote: true, out var caller)
            ? Traces.StartActivity($"WorkflowActivity {request.Name}", ActivityKind.Server, caller)
            : Traces.StartActivity($"WorkflowActivity {request.Name}", ActivityKind.Server);
}
