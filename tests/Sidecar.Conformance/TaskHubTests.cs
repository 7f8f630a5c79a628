using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Conformance.Harness;
using McpMesh.Sidecar.Tests.Workflows.Worker;
using EventType = Dapr.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;

namespace McpMesh.Sidecar.Conformance;

/// <summary>facts/dapr.md 3.3: the engine, as a worker and a client of TaskHubSidecarService see it.</summary>
[Collection(nameof(WorkflowMesh))]
public sealed class TaskHubTests(WorkflowMesh mesh)
{
    [Theory]
    [InlineData("Sequence", "1", "3")]
    [InlineData("FanOut", null, "1+2+3+4+5")]
    [InlineData("Sum", "1", "3")]
    [InlineData("Timer", null, "fired")]
    [InlineData("CountDown", "5", "done")]
    public async Task Activities_children_timers_and_generations_complete(string name, string? input, string output)
    {
        var state = await mesh.Client.RunAsync(name, input);

        Assert.Equal((OrchestrationStatus.Completed, output), (state.WorkflowStatus, state.Output));
    }

    [Fact]
    public async Task The_history_has_every_step_with_the_id_of_its_action()
    {
        var state = await mesh.Client.RunAsync("Sequence", "1");
        var history = await mesh.Client.HistoryAsync(state.InstanceId);

        Assert.Equal(
            [EventType.ExecutionStarted, EventType.TaskScheduled, EventType.TaskCompleted, EventType.TaskScheduled, EventType.TaskCompleted,
                EventType.ExecutionCompleted],
            history.Where(e => e.EventTypeCase != EventType.WorkflowStarted).Select(e => e.EventTypeCase));
        Assert.Equal([0, 1], history.Where(e => e.TaskScheduled is not null).Select(e => e.EventId));
        Assert.Equal([0, 1], history.Where(e => e.TaskCompleted is not null).Select(e => e.TaskCompleted.TaskScheduledId));
        Assert.All(history.Where(e => e.TaskCompleted is not null || e.ExecutionStarted is not null), e => Assert.Equal(-1, e.EventId));
        Assert.NotEqual("", history.Single(e => e.ExecutionStarted is not null).ExecutionStarted.WorkflowInstance.ExecutionId);
    }

    [Fact]
    public async Task Every_turn_begins_with_WorkflowStarted()
    {
        var state = await mesh.Client.RunAsync("Sequence", "1");
        var turns = mesh.Worker.Turns.Where(turn => turn.InstanceId == state.InstanceId).ToArray();

        Assert.NotEmpty(turns);
        Assert.All(turns, turn => Assert.Equal(EventType.WorkflowStarted, turn.NewEvents[0].EventTypeCase));
        Assert.Equal(EventType.ExecutionStarted, turns[0].NewEvents[1].EventTypeCase);
    }

    [Fact]
    public async Task A_child_without_an_id_is_named_after_its_parent_and_its_action()
    {
        var id = await mesh.Client.StartAsync("Parent");
        var child = await mesh.Client.StatusAsync($"{id}:0000", OrchestrationStatus.Running);

        Assert.Equal(("Wait", id), (child.Name, child.ParentInstanceId));
        await mesh.Client.RaiseAsync($"{id}:0000", "go", "from the child");
        Assert.Equal("from the child", (await mesh.Client.CompletionAsync(id)).Output);
    }

    [Fact]
    public async Task A_failure_of_an_activity_reaches_the_workflow_with_its_details()
    {
        var state = await mesh.Client.RunAsync("FailedActivity");

        Assert.Equal(OrchestrationStatus.Failed, state.WorkflowStatus);
        Assert.Equal("on purpose", state.FailureDetails.ErrorMessage);
        var failed = (await mesh.Client.HistoryAsync(state.InstanceId)).Single(e => e.TaskFailed is not null).TaskFailed;
        Assert.Equal(("InvalidOperationException", "on purpose"), (failed.FailureDetails.ErrorType, failed.FailureDetails.ErrorMessage));
    }

    [Fact]
    public async Task A_timer_of_the_year_9999_never_fires()
    {
        var id = await mesh.Client.StartAsync("Never");
        await mesh.Client.StatusAsync(id, OrchestrationStatus.Running);
        // A timer of now that is set after it has fired by the time this ends.
        await mesh.Client.RunAsync("Timer");

        Assert.Equal(OrchestrationStatus.Running, (await mesh.Client.GetAsync(id))!.WorkflowStatus);
    }

    [Fact]
    public async Task An_event_that_nobody_waits_for_yet_is_kept_also_over_a_new_generation()
    {
        var id = await mesh.Client.StartAsync("Carry", "begin");
        await mesh.Client.RaiseAsync(id, "second", "kept");
        await mesh.Client.RaiseAsync(id, "first");

        Assert.Equal("kept", (await mesh.Client.CompletionAsync(id)).Output);
    }

    [Fact]
    public async Task Suspend_and_resume_wait_until_it_is_so()
    {
        var id = await mesh.Client.StartAsync("Wait");
        await mesh.Client.SuspendAsync(id);
        Assert.Equal(OrchestrationStatus.Suspended, (await mesh.Client.GetAsync(id))!.WorkflowStatus);

        await mesh.Client.ResumeAsync(id);
        Assert.Equal(OrchestrationStatus.Running, (await mesh.Client.GetAsync(id))!.WorkflowStatus);
    }

    [Fact]
    public async Task Terminate_waits_for_the_end_and_its_output_is_the_result()
    {
        var id = await mesh.Client.StartAsync("Wait");
        await mesh.Client.TerminateAsync(id, "stopped");

        var state = (await mesh.Client.GetAsync(id))!;
        Assert.Equal((OrchestrationStatus.Terminated, "stopped"), (state.WorkflowStatus, state.Output));
    }

    [Fact]
    public async Task An_id_in_use_is_AlreadyExists_and_that_of_an_ended_instance_starts_anew()
    {
        await mesh.Client.StartAsync("Wait", id: "reused");
        var refused = await Assert.ThrowsAsync<GrpcException>(() => mesh.Client.StartAsync("Wait", id: "reused"));
        Assert.Equal(GrpcStatusCode.AlreadyExists, refused.Code);
        Assert.Equal("an active workflow with ID 'reused' already exists", refused.Detail);
        await mesh.Client.RaiseAsync("reused", "go");
        var first = await mesh.Client.CompletionAsync("reused");

        await mesh.Client.StartAsync("Sequence", "1", "reused");
        var second = await mesh.Client.CompletionAsync("reused");
        Assert.Equal(("Sequence", "3"), (second.Name, second.Output));
        Assert.NotEqual(first.ExecutionId, second.ExecutionId);
    }

    [Fact]
    public async Task Inputs_and_outputs_are_given_only_when_asked_for()
    {
        var id = (await mesh.Client.RunAsync("Sequence", "1")).InstanceId;

        var bare = (await mesh.Grpc.AskAsync(TaskHub.GetInstance, new GetInstanceRequest { InstanceId = id })).WorkflowState;
        Assert.Equal((OrchestrationStatus.Completed, null, null), (bare.WorkflowStatus, bare.Input, bare.Output));
    }

    [Fact]
    public async Task An_unknown_instance_does_not_exist()
    {
        var answer = await mesh.Grpc.AskAsync(TaskHub.GetInstance, new GetInstanceRequest { InstanceId = "nobody" });

        Assert.False(answer.Exists);
    }

    [Fact]
    public async Task A_purge_takes_ended_instances_only_and_counts_children()
    {
        var id = await mesh.Client.StartAsync("Parent");
        await mesh.Client.StatusAsync($"{id}:0000", OrchestrationStatus.Running);
        await Assert.ThrowsAsync<GrpcException>(() => mesh.Client.PurgeAsync(id));
        await mesh.Client.TerminateAsync(id);
        await mesh.Client.StatusAsync($"{id}:0000", OrchestrationStatus.Terminated);

        Assert.Equal(2, await mesh.Client.PurgeAsync(id));
        Assert.Null(await mesh.Client.GetAsync(id));
    }

    [Fact]
    public async Task Instances_are_listed_page_by_page()
    {
        foreach (var i in new[] { 1, 2, 3 }) await mesh.Client.RunAsync("Sequence", "1", $"listed-{i}");
        var listed = new List<string>();
        var request = new ListInstanceIDsRequest { PageSize = 2 };
        do
        {
            var page = await mesh.Client.ListAsync(request);
            Assert.InRange(page.InstanceIds.Count, 0, 2);
            listed.AddRange(page.InstanceIds);
            request.ContinuationToken = page.HasContinuationToken ? page.ContinuationToken : "";
        }
        while (request.ContinuationToken.Length > 0);

        Assert.Equal(["listed-1", "listed-2", "listed-3"], listed.Where(id => id.StartsWith("listed-", StringComparison.Ordinal)).Order());
        Assert.Distinct(listed);
    }

    [Fact]
    public async Task A_rerun_from_an_event_goes_on_with_another_input_in_a_new_instance()
    {
        var id = (await mesh.Client.RunAsync("Sequence", "1")).InstanceId;
        var rerun = await mesh.Client.RerunAsync(new RerunWorkflowFromEventRequest
        {
            SourceInstanceID = id,
            EventID = 1,
            NewInstanceID = $"{id}-again",
            Input = "10",
            OverwriteInput = true,
        });

        Assert.Equal($"{id}-again", rerun);
        Assert.Equal("11", (await mesh.Client.CompletionAsync(rerun)).Output);
    }
}
