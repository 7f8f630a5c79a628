using Google.Protobuf.WellKnownTypes;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sidecar.Tests.Workflows.Worker;

namespace McpMesh.Sidecar.Conformance.Harness;

/// <summary>A sidecar with a workflow store, and a worker of the protocol as others speak it.</summary>
public sealed class WorkflowMesh : SidecarFixture
{
    internal TestWorker Worker { get; private set; } = null!;

    internal WorkflowClient Client { get; private set; } = null!;

    internal override bool NeedsControlPlane => true;

    internal override IEnumerable<string> Flags => ["--config", Folder.File("config.yaml")];

    internal override void WriteResources()
    {
        WriteConfiguration("config");
        Folder.WriteComponent(
            "statestore", "state.sqlite", ("connectionString", Folder.File("state.db")), ("actorStateStore", "true"));
    }

    internal override async Task StartOthersAsync(TestApp? app)
    {
        Client = Owned(new WorkflowClient(Sidecar.GrpcPort));
        Worker = Owned(new TestWorker(Sidecar.GrpcPort))
            .Workflow("Wait", run =>
            {
                run.CustomStatus = "waiting";
                return run.WaitForEvent("go");
            })
            .Workflow("Sequence", async run => await run.CallActivity("Add", await run.CallActivity("Add", run.Input)))
            .Workflow("FanOut", async run => string.Join(
                '+', await Task.WhenAll(Enumerable.Range(0, 5).Select(i => run.CallActivity("Add", $"{i}")))))
            .Workflow("Parent", run => run.CallChild("Wait"))
            .Workflow("Sum", async run => await run.CallChild("Sequence", run.Input))
            .Workflow("Timer", async run =>
            {
                await run.CreateTimer(TimeSpan.FromMilliseconds(10));
                return "fired";
            })
            .Workflow("Never", async run =>
            {
                await run.CreateTimer(new Timestamp { Seconds = 253402300799, Nanos = 999999999 });
                return "fired";
            })
            .Workflow("Throw", _ => throw new InvalidOperationException("on purpose"))
            .Workflow("FailedActivity", run => run.CallActivity("Throw"))
            .Workflow("CountDown", run =>
            {
                if (run.Input == "0") return Task.FromResult<string?>("done");
                run.ContinueAsNew($"{int.Parse(run.Input!, null) - 1}");
                return Task.FromResult<string?>(null);
            })
            .Workflow("Carry", async run =>
            {
                if (run.Input == "again") return await run.WaitForEvent("second");
                await run.WaitForEvent("first");
                run.ContinueAsNew("again");
                return null;
            })
            .Activity("Add", input => $"{int.Parse(input!, null) + 1}")
            .Activity("Throw", string? (string? _) => throw new InvalidOperationException("on purpose"));
        await Worker.StartAsync();
    }
}
