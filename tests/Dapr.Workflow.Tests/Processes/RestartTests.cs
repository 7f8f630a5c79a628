using Dapr.Workflow;

namespace WorkflowTests.Processes;

/// <summary>Worker and sidecar that die and come back.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private readonly WorkflowMesh _mesh = new();

    public Task InitializeAsync() => _mesh.InitializeAsync();

    public Task DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task An_activity_whose_worker_was_killed_runs_again_under_the_same_key()
    {
        var gate = _mesh.FileIn("gate");
        var id = await _mesh.Client.ScheduleNewWorkflowAsync("Step", input: gate);
        await WorkflowMesh.KeysAsync(gate, 1);
        await _mesh.KillWorkerAsync();
        await _mesh.StartWorkerAsync();
        var keys = await WorkflowMesh.KeysAsync(gate, 2);
        await WorkflowMesh.OpenAsync(gate);

        var state = await _mesh.EndAsync(id);
        Assert.Equal([state.ReadOutputAs<string>()!, state.ReadOutputAs<string>()!], keys);
        Assert.Single(
            await _mesh.Client.GetInstanceHistoryAsync(id),
            happened => happened.EventType == Dapr.Workflow.Client.WorkflowHistoryEventType.TaskCompleted);
    }

    [Fact]
    public async Task A_workflow_goes_on_where_it_was_when_worker_and_sidecar_were_killed()
    {
        var id = await _mesh.Client.ScheduleNewWorkflowAsync("ApprovalWorkflow", input: -1);
        await _mesh.KillSidecarAsync();
        await _mesh.KillWorkerAsync();
        var end = _mesh.EndAsync(id);
        await _mesh.StartSidecarAsync();
        await _mesh.StartWorkerAsync();
        await _mesh.Client.RaiseEventAsync(id, "Approval", "Ada");

        Assert.Equal("approved by Ada", (await end).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_worker_finds_the_sidecar_again_that_was_killed_under_it()
    {
        await _mesh.KillSidecarAsync();
        await _mesh.WorkerPrintedAsync("The stream of work items ended");
        await _mesh.StartSidecarAsync();

        Assert.Equal(4, (await _mesh.RunAsync("SequenceWorkflow", 1)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_lets_its_activities_come_to_their_end()
    {
        var gate = _mesh.FileIn("gate");
        var id = await _mesh.Client.ScheduleNewWorkflowAsync("Step", input: gate);
        await WorkflowMesh.KeysAsync(gate, 1);
        var stop = _mesh.StopWorkerAsync();
        await _mesh.WorkerPrintedAsync("Stopping: 1 work items are still running");
        await WorkflowMesh.OpenAsync(gate);
        await stop;
        await _mesh.StartWorkerAsync();

        var state = await _mesh.EndAsync(id);
        Assert.Equal([state.ReadOutputAs<string>()!], await WorkflowMesh.KeysAsync(gate, 1));
    }

    [Fact]
    public async Task A_release_that_changed_a_running_workflow_fails_it_and_names_the_step()
    {
        var id = await _mesh.Client.ScheduleNewWorkflowAsync("Release", input: "x");
        await StepIsDoneAsync(id);
        await _mesh.StopWorkerAsync();
        await _mesh.StartWorkerAsync("broken");
        await _mesh.Client.RaiseEventAsync(id, "go");

        var state = await _mesh.EndAsync(id);
        Assert.Equal((WorkflowRuntimeStatus.Failed, "NonDeterminism"), (state.RuntimeStatus, state.FailureDetails!.ErrorType));
        Assert.StartsWith(
            "step 0: the history has activity 'Double', the code did child workflow 'SequenceWorkflow'",
            state.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_changed_behind_a_patch_ends_the_old_instances_the_old_way_and_new_ones_the_new_way()
    {
        var old = await _mesh.Client.ScheduleNewWorkflowAsync("Release", input: "x");
        await StepIsDoneAsync(old);
        await _mesh.StopWorkerAsync();
        await _mesh.StartWorkerAsync("2");
        var recent = await _mesh.Client.ScheduleNewWorkflowAsync("Release", input: "x");
        await _mesh.Client.RaiseEventAsync(old, "go");
        await _mesh.Client.RaiseEventAsync(recent, "go");

        Assert.Equal("2", (await _mesh.EndAsync(old)).ReadOutputAs<string>());
        Assert.Equal("4", (await _mesh.EndAsync(recent)).ReadOutputAs<string>());
    }

    private async Task StepIsDoneAsync(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await _mesh.Client.GetInstanceHistoryAsync(id, limit.Token))
            .Any(happened => happened.EventType == Dapr.Workflow.Client.WorkflowHistoryEventType.TaskCompleted))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
