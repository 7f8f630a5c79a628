using Dapr.DurableTask.Protobuf;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>A started sidecar, a worker and a client, all over sockets.</summary>
public sealed class WorkflowProcessTests
{
    [Fact]
    public async Task A_sequence_of_activities_runs_to_its_end_and_stands_in_the_history_once()
    {
        await using var mesh = new WorkflowMesh();
        var sidecar = await mesh.SidecarAsync();
        await mesh.Worker(sidecar).Activity("Double", text => text + text).Workflow("Twice", async run =>
        {
            run.CustomStatus = "first";
            var once = await run.CallActivity("Double", run.Input);
            run.CustomStatus = "second";
            return await run.CallActivity("Double", once);
        }).StartAsync();
        var client = mesh.Client(sidecar);

        var state = await client.RunAsync("Twice", "ab", "one");

        Assert.Equal(OrchestrationStatus.Completed, state.WorkflowStatus);
        Assert.Equal("abababab", state.Output);
        Assert.Equal("ab", state.Input);
        Assert.Equal("second", state.CustomStatus);
        Assert.Equal("Twice", state.Name);
        var history = await client.HistoryAsync("one");
        Assert.Equal(2, history.Count(e => e.TaskScheduled is not null));
        Assert.Equal([0, 1], history.Where(e => e.TaskCompleted is not null).Select(e => e.TaskCompleted.TaskScheduledId));
        Assert.Equal("abababab", history[^1].ExecutionCompleted.Result);
    }
}
