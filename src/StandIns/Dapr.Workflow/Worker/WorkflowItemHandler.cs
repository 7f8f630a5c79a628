using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using Dapr.Workflow.Worker.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Makes the workflow of a work item, in a scope of its own, and runs one turn of it.</summary>
internal sealed class WorkflowItemHandler(
    IServiceScopeFactory scopes, IWorkflowsFactory factory, IDaprSerializer serializer, ILoggerFactory loggers)
{
    private const string NotFound = "WorkflowNotFound";
    private const string NameMissing = "WorkflowNameMissing";
    private readonly ILogger _log = loggers.CreateLogger<WorkflowItemHandler>();

    /// <param name="request">The new events, and which run they are for.</param>
    /// <param name="past">The whole history before.</param>
    public async Task<WorkflowResponse> HandleAsync(WorkflowRequest request, IReadOnlyList<HistoryEvent> past)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope)
        {
            var response = Respond(request, past, scope.ServiceProvider);
            response.InstanceId = request.InstanceId;
            return response;
        }
    }

    private WorkflowResponse Respond(WorkflowRequest request, IReadOnlyList<HistoryEvent> past, IServiceProvider services)
    {
        var start = StartOf(past) ?? StartOf(request.NewEvents);
        if (start is null) return Failed(request, "?", NameMissing, "The history does not say which workflow was started.");
        // A run that a named version began goes on with that version.
        var version = VersionOf(past);
        var name = version ?? start.ExecutionStarted.Name;
        if (!factory.TryCreateWorkflow(name, services, out var workflow, out var failure))
        {
            if (failure is not null)
            {
                return Failed(
                    request, name, failure.GetType().FullName!, $"Workflow '{name}' could not be created: {failure.Message}", failure);
            }
            _log.NotRegistered("workflow", name, request.InstanceId);
            return version is null
                ? Completed(Failures.Named(NotFound, $"Workflow '{name}' is not registered in this application."))
                : new WorkflowResponse { Actions = { new WorkflowAction { WorkflowVersionNotAvailable = new() } } };
        }

        var identity = new WorkflowIdentity(name, request.InstanceId, request.ExecutionId, AppOf(start));
        using var thread = new TurnThread(member => _log.OutsideOfTurn(name, request.InstanceId, member));
        var turn = new WorkflowTurn(workflow!, new ReplayContext(identity, thread, serializer, loggers), thread, serializer);
        var response = turn.Run(past, request.NewEvents);
        if (turn.Fault is { } fault) _log.WorkflowFails(name, request.InstanceId, fault.Message);
        return response;
    }

    private WorkflowResponse Failed(WorkflowRequest request, string name, string errorType, string message, Exception? cause = null)
    {
        _log.WorkflowFails(name, request.InstanceId, message);
        var details = Failures.Named(errorType, message);
        details.StackTrace = cause?.StackTrace ?? string.Empty;
        return Completed(details);
    }

    private static WorkflowResponse Completed(TaskFailureDetails details) => new()
    {
        Actions =
        {
            new WorkflowAction
            {
                CompleteWorkflow = new() { WorkflowStatus = OrchestrationStatus.Failed, FailureDetails = details },
            },
        },
    };

    private static HistoryEvent? StartOf(IReadOnlyList<HistoryEvent> events)
    {
        foreach (var happened in events)
            if (happened.ExecutionStarted is not null) return happened;
        return null;
    }

    private static string? VersionOf(IReadOnlyList<HistoryEvent> past)
    {
        string? name = null;
        foreach (var happened in past)
            if (happened.WorkflowStarted?.Version is { HasName: true } version) name = version.Name;
        return string.IsNullOrEmpty(name) ? null : name;
    }

    private static string? AppOf(HistoryEvent start) => start.Router switch
    {
        { HasTargetAppID: true, TargetAppID: { Length: > 0 } target } => target,
        { SourceAppID: { Length: > 0 } source } => source,
        _ => null,
    };
}
