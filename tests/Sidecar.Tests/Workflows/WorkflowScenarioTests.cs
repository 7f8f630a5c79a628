using Dapr.DurableTask.Protobuf;
using McpMesh.Grpc;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>A started sidecar, a worker and a client, all over sockets.</summary>
public sealed class WorkflowScenarioTests(WorkflowScenarios scenarios) : IClassFixture<WorkflowScenarios>
{
    private readonly WorkflowClient _client = scenarios.Client;

    [Fact]
    public async Task A_sequence_of_activities_runs_to_its_end_and_stands_in_the_history_once()
    {
        var state = await _client.RunAsync("Sequence", "ab", "sequence");
        Assert.Equal(OrchestrationStatus.Completed, state.WorkflowStatus);
        Assert.Equal(("Sequence", "ab", "abababab", "second"), (state.Name, state.Input, state.Output, state.CustomStatus));
        Assert.True(state.CreatedTimestamp <= state.StartedAt && state.StartedAt <= state.CompletedTimestamp);
        var history = await _client.HistoryAsync("sequence");
        Assert.Equal([0, 1], history.Where(e => e.TaskScheduled is not null).Select(e => e.EventId));
        Assert.Equal([0, 1], history.Where(e => e.TaskCompleted is not null).Select(e => e.TaskCompleted.TaskScheduledId));
        Assert.Equal("abababab", history[^1].ExecutionCompleted.Result);
    }

    [Fact]
    public async Task Activities_side_by_side_come_together()
    {
        var state = await _client.RunAsync("FanOut");
        Assert.Equal(string.Join(',', Enumerable.Range(0, 50).Select(i => $"{i}{i}")), state.Output);
    }

    [Fact]
    public async Task A_failed_activity_is_caught_by_the_workflow() =>
        Assert.Equal("InvalidOperationException: broken on purpose", (await _client.RunAsync("Catch")).Output);

    [Fact]
    public async Task Timers_fire_in_their_order_and_never_too_early()
    {
        var state = await _client.RunAsync("Timers", id: "timers");
        Assert.InRange(int.Parse(state.Output, null), 500, int.MaxValue);
        var history = await _client.HistoryAsync("timers");
        Assert.All(history.Where(e => e.TimerFired is not null), e => Assert.True(e.Timestamp >= e.TimerFired.FireAt));
        Assert.Equal([1, 3, 2], history.Where(e => e.TimerFired is not null).Select(e => e.TimerFired.TimerId));
    }

    [Fact]
    public async Task Events_arrive_in_the_order_they_were_raised_also_before_they_are_waited_for()
    {
        await _client.StartAsync("Events", id: "events");
        await _client.RaiseAsync("events", "second", "2");
        await _client.RaiseAsync("events", "First", "1");
        Assert.Equal("1,2", (await _client.CompletionAsync("events")).Output);
        await _client.RaiseAsync("events", "first"); // it has ended: nobody takes it, and that is no error
    }

    [Fact]
    public async Task An_event_from_another_workflow_arrives_like_one_from_outside()
    {
        await _client.StartAsync("Events", id: "receiver");
        await _client.RunAsync("Sender", "receiver");
        Assert.Equal("a,b", (await _client.CompletionAsync("receiver")).Output);
    }

    [Fact]
    public async Task A_child_gives_its_output_to_its_parent()
    {
        Assert.Equal("xxxx!", (await _client.RunAsync("Parent", "x", "family")).Output);
        var child = (await _client.GetAsync("family:0000"))!;
        Assert.Equal(("family", "app"), (child.ParentInstanceId, child.ParentAppId));
    }

    [Fact]
    public async Task A_workflow_can_continue_as_new_many_times_and_keeps_a_short_history()
    {
        Assert.Equal("zero", (await _client.RunAsync("CountDown", "50", "countdown")).Output);
        Assert.Equal(3, (await _client.HistoryAsync("countdown")).Count);
    }

    [Fact]
    public async Task Events_are_neither_lost_nor_doubled_between_generations()
    {
        await _client.StartAsync("Collect", "", "collect");
        foreach (var item in "abcdef") await _client.RaiseAsync("collect", "item", $"{item}");
        Assert.Equal("abcdef", (await _client.CompletionAsync("collect")).Output);
    }

    [Fact]
    public async Task Events_that_come_with_the_one_that_ends_a_generation_are_the_next_ones()
    {
        await _client.StartAsync("Collect", "", "collect-together");
        await _client.SuspendAsync("collect-together");
        foreach (var item in "abcdef") await _client.RaiseAsync("collect-together", "item", $"{item}");
        await _client.ResumeAsync("collect-together"); // all six in one turn
        Assert.Equal("abcdef", (await _client.CompletionAsync("collect-together")).Output);
    }

    [Fact]
    public async Task A_workflow_that_ends_leaves_what_it_scheduled_running()
    {
        await _client.StartAsync("Forget", id: "forget");
        await _client.RaiseAsync("forget", "go");
        Assert.Equal("gone", (await _client.CompletionAsync("forget")).Output);
        await scenarios.CountedTwice.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_suspended_workflow_shows_it_until_it_is_resumed()
    {
        await _client.StartAsync("Events", id: "suspended");
        await _client.SuspendAsync("suspended");
        Assert.Equal(OrchestrationStatus.Suspended, (await _client.GetAsync("suspended"))!.WorkflowStatus);
        await _client.ResumeAsync("suspended");
        Assert.Equal(OrchestrationStatus.Running, (await _client.GetAsync("suspended"))!.WorkflowStatus);
    }

    [Fact]
    public async Task Termination_ends_the_workflow_and_when_asked_its_children()
    {
        await _client.StartAsync("ParentOfWaiting", "kid", "terminated");
        await _client.StatusAsync("kid", OrchestrationStatus.Running);
        await _client.TerminateAsync("terminated", "enough");
        var state = (await _client.GetAsync("terminated"))!;
        Assert.Equal((OrchestrationStatus.Terminated, "enough"), (state.WorkflowStatus, state.Output));
        Assert.Equal(OrchestrationStatus.Terminated, (await _client.CompletionAsync("kid")).WorkflowStatus);
        await _client.TerminateAsync("terminated"); // again: it has ended
    }

    [Fact]
    public async Task Termination_that_is_not_recursive_leaves_the_children()
    {
        await _client.StartAsync("ParentOfWaiting", "orphan", "alone");
        await _client.StatusAsync("orphan", OrchestrationStatus.Running);
        await _client.TerminateAsync("alone", recursive: false);
        Assert.Equal(OrchestrationStatus.Running, (await _client.GetAsync("orphan"))!.WorkflowStatus);
        var refused = await Assert.ThrowsAsync<GrpcException>(() => _client.StartAsync("Nothing", id: "alone"));
        Assert.Equal(GrpcStatusCode.AlreadyExists, refused.Code);
        Assert.Equal("cannot recreate workflow with ID 'alone': not all of its child workflows have completed", refused.Detail);
    }

    [Fact]
    public async Task An_id_in_use_is_refused_and_one_that_has_ended_begins_anew()
    {
        await _client.StartAsync("Events", id: "reused");
        var refused = await Assert.ThrowsAsync<GrpcException>(() => _client.StartAsync("Nothing", id: "reused"));
        Assert.Equal(GrpcStatusCode.AlreadyExists, refused.Code);
        Assert.Equal("an active workflow with ID 'reused' already exists", refused.Detail);
        await _client.TerminateAsync("reused");
        Assert.Equal("xxxx", (await _client.RunAsync("Sequence", "x", "reused")).Output);
    }

    [Fact]
    public async Task A_purged_workflow_is_unknown()
    {
        await _client.RunAsync("Parent", "x", "purged");
        Assert.Equal(2, await _client.PurgeAsync("purged"));
        Assert.Null(await _client.GetAsync("purged"));
        Assert.Null(await _client.GetAsync("purged:0000"));
        Assert.Equal(GrpcStatusCode.NotFound, (await Assert.ThrowsAsync<GrpcException>(() => _client.PurgeAsync("purged"))).Code);
        var refused = await Assert.ThrowsAsync<GrpcException>(() => _client.RaiseAsync("purged", "first"));
        Assert.Equal("no such instance exists", refused.Detail);
    }

    [Fact]
    public async Task A_running_workflow_is_purged_only_by_force()
    {
        await _client.StartAsync("Events", id: "held");
        var refused = await Assert.ThrowsAsync<GrpcException>(() => _client.PurgeAsync("held"));
        Assert.Equal("failed to purge workflow state: orchestration has not yet completed", refused.Detail);
        Assert.Equal(1, await _client.PurgeAsync("held", force: true));
        Assert.Null(await _client.GetAsync("held"));
    }

    [Fact]
    public async Task A_planned_start_is_answered_at_once_and_made_in_time()
    {
        var start = DateTime.UtcNow.AddMilliseconds(1500);
        await _client.Channel.CallAsync(TaskHub.StartInstance, new CreateInstanceRequest
        {
            InstanceId = "planned",
            Name = "Nothing",
            ScheduledStartTimestamp = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(start),
        });
        var state = await _client.CompletionAsync("planned");
        Assert.True(state.StartedAt.ToDateTime() >= start);
    }

    [Fact]
    public async Task A_rerun_does_the_rest_again_with_another_input()
    {
        await _client.RunAsync("Sequence", "a", "source");
        var again = await _client.RerunAsync(new RerunWorkflowFromEventRequest
        {
            SourceInstanceID = "source",
            EventID = 1,
            OverwriteInput = true,
            Input = "z",
        });
        Assert.Equal("zz", (await _client.CompletionAsync(again)).Output);
        Assert.Equal("aaaa", (await _client.GetAsync("source"))!.Output);
    }

    [Fact]
    public async Task Ids_are_listed_page_by_page()
    {
        foreach (var id in new[] { "list-1", "list-2", "list-3" }) await _client.RunAsync("Nothing", id: id);
        var found = new List<string>();
        var request = new ListInstanceIDsRequest { PageSize = 2 };
        while (true)
        {
            var page = await _client.ListAsync(request);
            Assert.InRange(page.InstanceIds.Count, 1, 2);
            found.AddRange(page.InstanceIds);
            if (!page.HasContinuationToken) break;
            request.ContinuationToken = page.ContinuationToken;
        }

        Assert.Equal(found.Distinct(), found);
        Assert.Equal(["list-1", "list-2", "list-3"], found.Where(id => id.StartsWith("list-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Methods_that_dapr_does_not_have_are_unimplemented()
    {
        var method = new GrpcMethod<GetInstanceRequest, GetInstanceResponse>(
            "TaskHubSidecarService", "QueryInstances", GetInstanceRequest.Parser, GetInstanceResponse.Parser);
        var refused = await Assert.ThrowsAsync<GrpcException>(() => _client.Channel.CallAsync(method, new GetInstanceRequest()));
        Assert.Equal(GrpcStatusCode.Unimplemented, refused.Code);
        await _client.Channel.CallAsync(TaskHub.Hello, new Google.Protobuf.WellKnownTypes.Empty());
    }
}
