using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Turns;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Turns;

/// <summary>How an instance, or one of its generations, ends.</summary>
public sealed class CompletionTests
{
    private static readonly ParentInstanceInfo Parent = new()
    {
        TaskScheduledId = 9,
        WorkflowInstance = new WorkflowInstance { InstanceId = "parent-1" },
    };

    [Fact]
    public void The_first_completion_of_a_turn_counts()
    {
        var outcome = Started().Run([Raised("a")], Complete(0, result: "one"), Complete(1, OrchestrationStatus.Failed),
            Complete(2, OrchestrationStatus.ContinuedAsNew));
        Assert.Equal("one", Assert.Single(outcome.Events, e => e.ExecutionCompleted is not null).ExecutionCompleted.Result);
        Assert.Null(outcome.NextGeneration);
        Assert.Equal(OrchestrationStatus.Completed, outcome.Status);
    }

    [Fact]
    public void A_task_that_a_completed_instance_wanted_in_the_same_turn_still_runs() =>
        Assert.Single(Started().Run([Raised("a")], Task(0), Complete(1)).Tasks);

    [Fact]
    public void A_parent_hears_of_success_with_the_result()
    {
        var done = Started(Parent).Run([Raised("a")], Complete(0)).ToParent!.ChildWorkflowInstanceCompleted;
        Assert.Equal((9, "done"), (done.TaskScheduledId, done.Result));
    }

    [Theory]
    [InlineData(OrchestrationStatus.Failed)]
    [InlineData(OrchestrationStatus.Canceled)]
    [InlineData(OrchestrationStatus.Terminated)]
    public void A_parent_hears_of_every_other_end_as_a_failure_with_details(OrchestrationStatus status)
    {
        var failed = Started(Parent).Run([Raised("a")], Complete(0, status)).ToParent!.ChildWorkflowInstanceFailed;
        Assert.Equal(9, failed.TaskScheduledId);
        Assert.Contains(status.ToString(), failed.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Continue_as_new_leaves_everything_behind_but_name_parent_and_carried_events()
    {
        var action = Complete(3, OrchestrationStatus.ContinuedAsNew, "next");
        action.CompleteWorkflow.CarryoverEvents.Add(Raised("kept"));
        var outcome = Started(Parent).Run([Raised("a")], Task(0), Timer(1), Child(2), action, Task(4));
        Assert.Empty(outcome.Events);
        Assert.Empty(outcome.Tasks);
        Assert.Empty(outcome.Timers);
        Assert.Empty(outcome.Children);
        Assert.Null(outcome.ToParent);
        var started = outcome.NextGeneration![0].ExecutionStarted;
        Assert.Equal(("Order", "next", 9), (started.Name, started.Input, started.ParentInstance.TaskScheduledId));
        Assert.NotEqual("execution-1", started.WorkflowInstance.ExecutionId);
        Assert.Equal("kept", outcome.NextGeneration[1].EventRaised.Name);
        Assert.Equal(OrchestrationStatus.Running, outcome.Status);
    }

    [Fact]
    public void A_generation_gets_a_trace_of_its_own_only_if_there_was_one()
    {
        var scene = new TurnScene();
        var start = Start();
        start.ExecutionStarted.ParentTraceContext =
            new TraceContext { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        scene.Commit(scene.Run([start]));
        var traced = scene.Run([Raised("a")], Complete(0, OrchestrationStatus.ContinuedAsNew)).NextGeneration![0].ExecutionStarted;
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$", traced.ParentTraceContext.TraceParent);
        Assert.DoesNotContain("0af7651916cd43dd8448eb211c80319c", traced.ParentTraceContext.TraceParent, StringComparison.Ordinal);
        var untraced = Started().Run([Raised("a")], Complete(0, OrchestrationStatus.ContinuedAsNew)).NextGeneration![0].ExecutionStarted;
        Assert.Null(untraced.ParentTraceContext);
    }

    [Fact]
    public void A_termination_that_the_worker_ignored_ends_the_instance_and_drops_what_it_wanted()
    {
        var outcome = Started().Run([Terminated()], Task(0), Timer(1), Child(2));
        Assert.Equal(OrchestrationStatus.Terminated, outcome.Status);
        Assert.Equal("why", outcome.Events[^1].ExecutionCompleted.Result);
        Assert.Empty(outcome.Tasks);
        Assert.Empty(outcome.Timers);
        Assert.Empty(outcome.Children);
    }

    [Fact]
    public void A_real_end_in_the_turn_of_a_termination_wins() =>
        Assert.Equal(OrchestrationStatus.Completed, Started().Run([Terminated()], Complete(0)).Status);

    [Fact]
    public void A_terminated_instance_does_not_continue_as_new()
    {
        var outcome = Started().Run([Terminated()], Complete(0, OrchestrationStatus.ContinuedAsNew));
        Assert.Null(outcome.NextGeneration);
        Assert.Equal(OrchestrationStatus.Terminated, outcome.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Children_are_terminated_only_when_that_was_asked_for(bool recurse) =>
        Assert.Equal(recurse, Started().Run([Terminated(recurse)]).Cascade is not null);

    [Fact]
    public void An_end_that_is_none_is_refused() =>
        Assert.Throws<TurnRefusedException>(() => Started().Run([Raised("a")], Complete(0, OrchestrationStatus.Suspended)));
}
