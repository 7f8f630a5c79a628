using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Store;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Store;

public sealed class CorruptRowTests
{
    [Theory]
    [InlineData("UPDATE workflow_history SET event=zeroblob(9) WHERE seq=1", "history row 1: the checksum does not fit")]
    [InlineData("UPDATE workflow_history SET event=substr(event, 1, length(event)-1) WHERE seq=0", "the checksum does not fit")]
    [InlineData("DELETE FROM workflow_history WHERE seq=1", "history row 1: is missing")]
    [InlineData("DELETE FROM workflow_history WHERE seq=2", "history row 2: there are 2 rows instead of 3")]
    public async Task A_damaged_history_is_known_for_what_it_is(string damage, string problem)
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        var row = (await scene.TurnAsync((await scene.ClaimAsync())!, Task(0))).Row;
        await scene.WriteAsync(session => session.Execute(damage));
        var error = await Assert.ThrowsAsync<HistoryCorruptException>(async () => await scene.Database.ReadAsync(session =>
        {
            var place = 0;
            return HistoryTable.Read(session, row.Number, row.Events).ConvertAll(e => e.Parse($"history row {place++}"));
        }));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_fails_over_it_tells_its_parent()
    {
        await using var scene = await StoreScene.OpenAsync();
        await scene.StartAsync("one");
        await scene.TurnAsync((await scene.ClaimAsync())!, Child(5, "kid"));
        var kid = (await scene.ClaimAsync())!;
        await scene.WriteAsync(session => InstanceFailure.Run(session, kid, "row 3", scene.ContextOf(kid), null));
        Assert.Equal(OrchestrationStatus.Failed, (await scene.FindAsync("kid"))!.Status);
        var state = (await scene.WriteAsync(session => InstanceQueries.Describe(session, "app", "kid", true)))!;
        Assert.Equal(("WorkflowHistoryCorrupt", "row 3"), (state.FailureDetails.ErrorType, state.FailureDetails.ErrorMessage));
        var failed = Assert.Single((await scene.ReadAsync((await scene.ClaimAsync())!)).Events).ChildWorkflowInstanceFailed;
        Assert.Equal((5, "WorkflowHistoryCorrupt"), (failed.TaskScheduledId, failed.FailureDetails.ErrorType));
    }
}
