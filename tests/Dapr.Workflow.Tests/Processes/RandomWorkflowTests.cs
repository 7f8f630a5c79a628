using Dapr.Workflow;
using Dapr.Workflow.Client;
using FsCheck.Fluent;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using WorkflowTests.Engine;

namespace WorkflowTests.Processes;

/// <summary>Random workflows on a real sidecar, while it is killed and the worker breaks off.</summary>
public sealed class RandomWorkflowTests : IAsyncLifetime
{
    private const int Programs = 10;
    private const int Blows = 4;
    private readonly WorkflowMesh _mesh = new();

    public Task InitializeAsync() => _mesh.StartWithoutWorkerAsync();

    public Task DisposeAsync() => _mesh.DisposeAsync();

    [Fact]
    public async Task A_program_ends_in_the_same_result_whoever_dies_on_the_way()
    {
        RandomProgram[] programs = [.. RandomProgram.Arbitrary.Generator.Sample(30, Programs)];
        ProgramWorkflow[] workflows =
            [.. programs.Select((program, i) => new ProgramWorkflow(program, TimeSpan.FromMilliseconds(10), RaiseAsync, $"{i}"))];
        var worker = await WorkAsync(workflows);
        for (var i = 0; i < Programs; i++)
            await _mesh.Client.ScheduleNewWorkflowAsync($"program{i}", $"root{i}", new ProgramInput(0, programs[i].Rounds, null, false));

        for (var blow = 0; blow < Blows; blow++)
        {
            // Somewhere in the middle of it, wherever that is.
            await Task.Delay(Random.Shared.Next(50, 800));
            if (blow % 2 == 0)
            {
                await _mesh.KillSidecarAsync();
                await _mesh.StartSidecarAsync();
            }
            else
            {
                await worker.StopAsync(new CancellationToken(canceled: true));
                worker.Dispose();
                worker = await WorkAsync(workflows);
            }
        }

        for (var i = 0; i < Programs; i++)
        {
            var end = await _mesh.EndAsync($"root{i}");
            Assert.True(end.RuntimeStatus == WorkflowRuntimeStatus.Completed, $"{programs[i]}: {end.RuntimeStatus} {end.FailureDetails}");
            Assert.Equal(programs[i].Outcome, end.ReadOutputAs<string>());
            var history = await _mesh.Client.GetInstanceHistoryAsync($"root{i}");
            var outcomes = history.Count(
                happened => happened.EventType is WorkflowHistoryEventType.TaskCompleted or WorkflowHistoryEventType.TaskFailed);
            Assert.Equal(history.Count(happened => happened.EventType == WorkflowHistoryEventType.TaskScheduled), outcomes);
        }
        await worker.StopAsync();
        worker.Dispose();
    }

    private async Task<IHost> WorkAsync(ProgramWorkflow[] workflows)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(_mesh.Configuration);
        builder.Services.AddDaprWorkflow(options =>
        {
            foreach (var workflow in workflows) workflow.Register(options);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private async Task RaiseAsync(string instanceId, string name, string payload)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                await _mesh.Client.RaiseEventAsync(instanceId, name, payload);
                return;
            }
            catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
