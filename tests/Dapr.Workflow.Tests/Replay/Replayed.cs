using Dapr.Common.Serialization;
using Dapr.DurableTask.Protobuf;
using Dapr.Workflow;
using Dapr.Workflow.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WorkflowTests.Replay;

/// <summary>One turn of a workflow, without a sidecar: events in, response out.</summary>
internal static class Replayed
{
    public const string InstanceId = "call-7";
    public const string ExecutionId = "5b3a6f0e-1111-4222-8333-444455556666";

    /// <summary>A turn of the workflow <c>flow</c> with no history before it.</summary>
    public static WorkflowResponse First<TInput, TOutput>(
        Func<WorkflowContext, TInput, Task<TOutput>> workflow, params HistoryEvent[] events) => Turn(workflow, [], events);

    public static WorkflowResponse Turn<TInput, TOutput>(
        Func<WorkflowContext, TInput, Task<TOutput>> workflow, HistoryEvent[] past, HistoryEvent[] events,
        ILoggerFactory? loggers = null) =>
        Turn(options => options.RegisterWorkflow("flow", workflow), past, events, loggers);

    public static WorkflowResponse Turn(
        Action<WorkflowRuntimeOptions> configure, HistoryEvent[] past, HistoryEvent[] events, ILoggerFactory? loggers = null)
    {
        var options = new WorkflowRuntimeOptions();
        configure(options);
        var factory = new WorkflowsFactory();
        options.ApplyRegistrations(factory);
        using var services = new ServiceCollection().BuildServiceProvider();
        var handler = new WorkflowItemHandler(
            services.GetRequiredService<IServiceScopeFactory>(), factory, new JsonDaprSerializer(), loggers ?? NullLoggerFactory.Instance);
        var request = new WorkflowRequest { InstanceId = InstanceId, ExecutionId = ExecutionId, NewEvents = { events } };
        var turn = handler.HandleAsync(request, past);
        Assert.True(turn.IsCompleted, "a turn waits for nothing");
        return turn.GetAwaiter().GetResult();
    }

    /// <summary>The response's completion; fails where there is none.</summary>
    public static CompleteWorkflowAction Completion(this WorkflowResponse response) =>
        Assert.Single(response.Actions, action => action.CompleteWorkflow is not null).CompleteWorkflow;

    public static string Result(this WorkflowResponse response)
    {
        var completion = response.Completion();
        Assert.True(completion.WorkflowStatus == OrchestrationStatus.Completed, completion.ToString());
        return completion.Result;
    }

    public static TaskFailureDetails Failure(this WorkflowResponse response)
    {
        var completion = response.Completion();
        Assert.True(completion.WorkflowStatus == OrchestrationStatus.Failed, completion.ToString());
        return completion.FailureDetails;
    }

    /// <summary>Its actions in short: <c>0 task A</c>, <c>1 timer</c>, <c>2 child C</c>, <c>3 end</c>.</summary>
    public static string[] Steps(this WorkflowResponse response) =>
    [
        .. response.Actions.Select(action => action.WorkflowActionTypeCase switch
        {
            WorkflowAction.WorkflowActionTypeOneofCase.ScheduleTask => $"{action.Id} task {action.ScheduleTask.Name}",
            WorkflowAction.WorkflowActionTypeOneofCase.CreateTimer => $"{action.Id} timer",
            WorkflowAction.WorkflowActionTypeOneofCase.CreateChildWorkflow => $"{action.Id} child {action.CreateChildWorkflow.Name}",
            WorkflowAction.WorkflowActionTypeOneofCase.SendEvent => $"{action.Id} send {action.SendEvent.Name}",
            WorkflowAction.WorkflowActionTypeOneofCase.CompleteWorkflow => $"{action.Id} end",
            var other => $"{action.Id} {other}",
        }),
    ];
}
