using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Workflows.Turns;
using static McpMesh.Sidecar.Tests.Workflows.Turns.TurnScene;

namespace McpMesh.Sidecar.Tests.Workflows.Turns;

/// <summary>Versions of a workflow's code: patches and names.</summary>
public sealed class PatchTests
{
    [Fact]
    public void Patches_that_are_new_go_on_record_and_those_on_record_do_not_again()
    {
        var scene = After(["a"]);
        scene.Commit(Run(scene, ["a", "b"]));
        Assert.Equal(["a", "b"], scene.Past.Patches);
        Assert.Equal(["b"], scene.History.Last(e => e.WorkflowStarted is not null).WorkflowStarted.Version.Patches);
    }

    [Theory]
    [InlineData("b")]
    [InlineData("b", "a")]
    [InlineData("a")]
    [InlineData("a", "c")]
    public void Patches_on_record_must_be_the_first_of_those_reported_or_the_instance_stalls(params string[] reported)
    {
        var outcome = Run(After(["a", "b"]), reported);
        Assert.Equal(OrchestrationStatus.Stalled, outcome.Status);
        Assert.Equal(StalledReason.PatchMismatch, outcome.Stall!.ExecutionStalled.Reason);
        Assert.Equal($"Patch mismatch. History patches: [a, b], current patches: [{string.Join(", ", reported)}]. ",
            outcome.Stall.ExecutionStalled.Description);
        Assert.Empty(outcome.Tasks);
    }

    [Fact]
    public void An_empty_answer_is_that_of_a_suspended_worker_and_no_other_version() =>
        Assert.Null(After(["a"]).Begin(Raised("x")).Apply(new WorkflowResponse(), Context).Stall);

    [Fact]
    public void Termination_needs_no_fitting_version_and_takes_nothing_from_one_that_does_not_fit()
    {
        var outcome = After(["a"]).Run([Terminated()], Complete(7));
        Assert.Equal(OrchestrationStatus.Terminated, outcome.Status);
        Assert.Equal("why", outcome.Events[^1].ExecutionCompleted.Result);
    }

    [Fact]
    public void A_version_that_no_worker_has_stalls_and_is_named()
    {
        var scene = new TurnScene();
        scene.Commit(scene.Begin(Start()).Apply(new WorkflowResponse { Version = new WorkflowVersion { Name = "Order_v2" } }, Context));
        var outcome = scene.Run([Raised("a")],
            new WorkflowAction { Id = 0, WorkflowVersionNotAvailable = new WorkflowVersionNotAvailableAction() });
        Assert.Equal(StalledReason.VersionNotAvailable, outcome.Stall!.ExecutionStalled.Reason);
        Assert.Equal("Version not available: Order_v2", outcome.Stall.ExecutionStalled.Description);
    }

    private static TurnScene After(string[] patches)
    {
        var scene = new TurnScene();
        scene.Commit(scene.Begin(Start()).Apply(
            new WorkflowResponse { Version = new WorkflowVersion { Patches = { patches } }, Actions = { Task(0) } }, Context));
        return scene;
    }

    private static TurnOutcome Run(TurnScene scene, string[] patches) => scene.Begin(TaskDone(0)).Apply(
        new WorkflowResponse { Version = new WorkflowVersion { Patches = { patches } }, Actions = { Task(1) } }, Context);
}
