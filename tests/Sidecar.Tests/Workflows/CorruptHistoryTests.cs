using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Store;

namespace McpMesh.Sidecar.Tests.Workflows;

public sealed class CorruptHistoryTests
{
    [Theory]
    [InlineData("UPDATE workflow_history SET event=x'00' WHERE seq=1 AND instance=(SELECT number FROM workflow_instances WHERE id='bad')")]
    [InlineData("UPDATE workflow_inbox SET event=x'ffff' WHERE instance=(SELECT number FROM workflow_instances WHERE id='bad')")]
    public async Task A_damaged_row_fails_its_instance_by_name_and_no_other(string damage)
    {
        await using var mesh = new WorkflowMesh();
        var first = await mesh.SidecarAsync();
        var client = mesh.Client(first);
        var worker = mesh.Worker(first).Workflow("Wait", run => run.WaitForEvent("a"));
        await worker.StartAsync();
        await client.StartAsync("Wait", "x", "bad");
        await client.StartAsync("Wait", "x", "good");
        await first.KillAsync(); // nothing of the histories is in memory any more
        var second = await mesh.SidecarAsync();
        client = mesh.Client(second);
        await client.RaiseAsync("bad", "a", "1");
        await client.RaiseAsync("good", "a", "2");
        using (var state = new StateFile(mesh.Folder.File("state.db"))) state.Execute(damage);
        await mesh.Worker(second).Workflow("Wait", run => run.WaitForEvent("a")).StartAsync();

        var failed = await client.CompletionAsync("bad");
        Assert.Equal(OrchestrationStatus.Failed, failed.WorkflowStatus);
        Assert.Equal(HistoryCorruptException.ErrorType, failed.FailureDetails.ErrorType);
        Assert.Contains(" row ", failed.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("2", (await client.CompletionAsync("good")).Output);
        Assert.Equal(1, await client.PurgeAsync("bad"));
    }
}
