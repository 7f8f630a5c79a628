using Dapr.Workflow;
using Dapr.Workflow.Client;
using Grpc.Core;

namespace WorkflowTests.Processes;

/// <summary>What an application does with workflows, against the embedded sidecar.</summary>
public sealed class WorkflowTests(WorkflowMesh mesh) : IClassFixture<WorkflowMesh>
{
    private readonly DaprWorkflowClient _client = mesh.Client;

    [Fact]
    public async Task A_sequence_ends_with_its_output()
    {
        var state = await mesh.RunAsync("SequenceWorkflow", 3);

        Assert.Equal((WorkflowRuntimeStatus.Completed, 12), (state.RuntimeStatus, state.ReadOutputAs<int>()));
        Assert.Equal(("SequenceWorkflow", 3), (state.WorkflowName, state.ReadInputAs<int>()));
        Assert.Equal(6, state.ReadCustomStatusAs<Dictionary<string, int>>()!["once"]);
        Assert.True(state.Exists && state.IsWorkflowCompleted && !state.IsWorkflowRunning);
        Assert.True(state.CreatedAt > DateTimeOffset.UnixEpoch && state.LastUpdatedAt >= state.CreatedAt);
    }

    [Fact]
    public async Task A_fan_out_comes_together_again() =>
        Assert.Equal(50 * 51, (await mesh.RunAsync("FanOutWorkflow", 50)).ReadOutputAs<int>());

    [Fact]
    public async Task A_child_gives_its_output_and_an_unknown_one_its_failure()
    {
        var state = await mesh.RunAsync("ParentWorkflow", 5, "parent");

        Assert.Equal("20 WorkflowNotFound", state.ReadOutputAs<string>());
        Assert.Equal(20, (await _client.GetWorkflowStateAsync("parent-child")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_timer_fires_in_its_time() => Assert.Equal("in time", (await mesh.RunAsync("Timer", 300)).ReadOutputAs<string>());

    [Theory]
    [InlineData(-1)]
    [InlineData(600_000)]
    public async Task An_event_ends_the_wait_for_it(int limit)
    {
        var id = await _client.ScheduleNewWorkflowAsync("ApprovalWorkflow", input: limit);
        await _client.RaiseEventAsync(id, "approval", "Ada");
        Assert.Equal("approved by Ada", (await mesh.EndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_wait_ends_with_its_time() =>
        Assert.Equal("too late", (await mesh.RunAsync("ApprovalWorkflow", 300)).ReadOutputAs<string>());

    [Fact]
    public async Task A_suspended_instance_takes_its_event_when_it_is_resumed()
    {
        var id = await _client.ScheduleNewWorkflowAsync("ApprovalWorkflow", input: -1);
        await _client.SuspendWorkflowAsync(id, "audit");
        await _client.RaiseEventAsync(id, "Approval", "Ada");
        var state = await _client.GetWorkflowStateAsync(id);
        Assert.Equal((WorkflowRuntimeStatus.Suspended, "waiting"), (state.RuntimeStatus, state.ReadCustomStatusAs<string>()));

        await _client.ResumeWorkflowAsync(id);
        Assert.Equal("approved by Ada", (await mesh.EndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_terminated_instance_ends_with_the_given_output()
    {
        var id = await _client.ScheduleNewWorkflowAsync("ApprovalWorkflow", input: -1);
        await _client.TerminateWorkflowAsync(id, new { Why = "enough" });
        var state = await mesh.EndAsync(id);

        Assert.Equal((WorkflowRuntimeStatus.Terminated, true), (state.RuntimeStatus, state.IsWorkflowCompleted));
        Assert.Equal("enough", state.ReadOutputAs<Dictionary<string, string>>()!["why"]);
    }

    [Fact]
    public async Task A_workflow_that_continues_as_new_takes_every_event_once()
    {
        var id = await _client.ScheduleNewWorkflowAsync("CounterWorkflow", input: 0);
        for (var i = 0; i < 5; i++) await _client.RaiseEventAsync(id, "add", 1);

        Assert.Equal(5, (await mesh.EndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_retry_policy_calls_again_until_it_succeeds() =>
        Assert.Equal("attempt 3", (await mesh.RunAsync("Retry", mesh.FileIn("flaky"))).ReadOutputAs<string>());

    [Fact]
    public async Task A_failed_instance_says_why()
    {
        var state = await mesh.RunAsync("SequenceWorkflow", "no number");

        Assert.Equal(WorkflowRuntimeStatus.Failed, state.RuntimeStatus);
        Assert.Equal("System.Text.Json.JsonException", state.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task A_result_that_is_too_large_fails_its_step_and_does_not_wedge_it()
    {
        var state = await mesh.RunAsync("Large", "5000000");

        Assert.Equal(WorkflowRuntimeStatus.Failed, state.RuntimeStatus);
        Assert.StartsWith("Task failed: the result of 5000", state.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_is_used_by_one_running_instance_and_again_after_its_end()
    {
        var id = await _client.ScheduleNewWorkflowAsync("ApprovalWorkflow", "one-at-a-time", -1);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => _client.ScheduleNewWorkflowAsync("ApprovalWorkflow", id, -1));
        Assert.Equal(StatusCode.AlreadyExists, refusal.StatusCode);

        await _client.RaiseEventAsync(id, "Approval", "Ada");
        await mesh.EndAsync(id);
        Assert.Equal(4, (await mesh.RunAsync("SequenceWorkflow", 1, id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_instance_begins_at_the_time_it_is_given()
    {
        var start = DateTimeOffset.UtcNow.AddMilliseconds(500);
        var id = await _client.ScheduleNewWorkflowAsync("SequenceWorkflow", null, 1, start);
        await mesh.EndAsync(id);
        Assert.True(DateTimeOffset.UtcNow >= start);
    }

    [Fact]
    public async Task A_purged_instance_is_gone_and_a_missing_one_is_said_to_be_missing()
    {
        await mesh.RunAsync("SequenceWorkflow", 1, "purged");
        Assert.True(await _client.PurgeInstanceAsync("purged"));

        Assert.False((await _client.GetWorkflowStateAsync("purged")).Exists);
        Assert.Equal(WorkflowRuntimeStatus.Unknown, (await _client.GetWorkflowStateAsync("purged")).RuntimeStatus);
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => _client.WaitForWorkflowCompletionAsync("purged"));
        Assert.Equal("Workflow instance 'purged' does not exist", missing.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.WaitForWorkflowStartAsync("purged"));
    }

    [Fact]
    public async Task Instances_are_listed_page_by_page()
    {
        foreach (var id in new[] { "list-1", "list-2", "list-3" }) await mesh.RunAsync("SequenceWorkflow", 1, id);
        var ids = new List<string>();
        string? token = null;
        do
        {
            var page = await _client.ListInstanceIdsAsync(token, pageSize: 2);
            Assert.InRange(page.InstanceIds.Count, 0, 2);
            ids.AddRange(page.InstanceIds);
            token = page.ContinuationToken;
        }
        while (token is not null);
        Assert.Superset(new HashSet<string> { "list-1", "list-2", "list-3" }, ids.ToHashSet());
    }

    [Fact]
    public async Task The_history_says_what_happened()
    {
        await mesh.RunAsync("SequenceWorkflow", 1, "history");
        var history = await _client.GetInstanceHistoryAsync("history");

        Assert.Equal(
            [
                WorkflowHistoryEventType.OrchestratorStarted, WorkflowHistoryEventType.ExecutionStarted,
                WorkflowHistoryEventType.TaskScheduled,
                WorkflowHistoryEventType.OrchestratorStarted, WorkflowHistoryEventType.TaskCompleted,
                WorkflowHistoryEventType.TaskScheduled,
                WorkflowHistoryEventType.OrchestratorStarted, WorkflowHistoryEventType.TaskCompleted,
                WorkflowHistoryEventType.ExecutionCompleted,
            ],
            history.Select(happened => happened.EventType));
        var steps = history.Where(happened => happened.EventType == WorkflowHistoryEventType.TaskScheduled);
        Assert.Equal([0, 1], steps.Select(step => step.EventId));
    }

    [Fact]
    public async Task A_run_begins_again_from_one_of_its_steps()
    {
        await mesh.RunAsync("SequenceWorkflow", 1, "first-run");
        var id = await _client.RerunWorkflowFromEventAsync(
            "first-run", 1, new RerunWorkflowFromEventOptions { NewInstanceId = "second-run", Input = 100, OverwriteInput = true });

        Assert.Equal("second-run", id);
        Assert.Equal(200, (await mesh.EndAsync(id)).ReadOutputAs<int>());
    }
}
