using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using McpMesh.Bench.Load;
using Spectre.Console;

namespace McpMesh.Bench.Workflow;

/// <summary>
/// <c>bench workflow</c>: workflows on the embedded sidecar with 1, 10 and 100 instances at a time, each commit synced. Worker and client
/// share one process, the engine has its own.
/// </summary>
internal static class WorkflowBenchmark
{
    /// <summary>Dapr 1.17, parallel case of 110 users (dapr/dapr, tests/perf charts).</summary>
    private const double DaprPublishes = 98;

    private static readonly string[] Workflows = ["sequence", "fan-out"];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static Command Command()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var seconds = new Option<int>("--seconds") { Description = "Length of one pass.", DefaultValueFactory = _ => 5 };
        var instances = new Option<int[]>("--instances")
        {
            Description = "Instances at a time.",
            DefaultValueFactory = _ => [1, 10, 100],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "workflow",
            """
            Workflows and turns per second: three activities in sequence, and five at once.

            Examples:
              dotnet run -c Release --project bench -- workflow
              dotnet run -c Release --project bench -- workflow --instances 100 --seconds 20 --json
            """)
        {
            json, seconds, instances,
        };
        foreach (var option in new Option[] { seconds, instances })
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => !int.TryParse(token.Value, out var number) || number is < 1 or > 10_000))
                    result.AddError($"{option.Name} must be a number from 1 to 10000.");
            });
        }

        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(instances), TimeSpan.FromSeconds(result.GetRequiredValue(seconds)), result.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int[] instances, TimeSpan duration, bool json, CancellationToken cancellationToken)
    {
        await using var bed = await WorkflowBed.StartAsync(cancellationToken);
        var reports = new List<WorkflowReport>();
        foreach (var workflow in Workflows)
        {
            await LoadAsync(bed, workflow, instances.Max(), WarmUp, cancellationToken);
            foreach (var count in instances)
            {
                var before = bed.Turns;
                var result = await LoadAsync(bed, workflow, count, duration, cancellationToken);
                var turns = (bed.Turns - before) / (result.Calls / result.CallsPerSecond);
                reports.Add(new WorkflowReport(workflow, count, result.CallsPerSecond, turns, result.P50, result.P99));
                await Console.Error.WriteLineAsync($"{workflow}, {count} at a time: {result.CallsPerSecond:N0} workflows/s");
            }
        }

        if (json) Console.WriteLine(JsonSerializer.Serialize(reports, WorkflowJson.Default.IReadOnlyListWorkflowReport));
        else Write(reports, bed, duration);
        return 0;
    }

    private static async Task<LoadResult> LoadAsync(
        WorkflowBed bed, string workflow, int instances, TimeSpan duration, CancellationToken cancellationToken)
    {
        var latencies = new List<long>[instances];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, instances).Select(async i =>
        {
            var samples = latencies[i] = [];
            while (watch.Elapsed < duration)
            {
                var start = Stopwatch.GetTimestamp();
                await CompleteOneAsync(bed, workflow, i, cancellationToken);
                samples.Add(Stopwatch.GetTimestamp() - start);
            }
        }));
        return Latencies.Summarize(latencies, watch.Elapsed);
    }

    /// <summary>No number for a workflow that ended wrong.</summary>
    private static async Task CompleteOneAsync(WorkflowBed bed, string workflow, int input, CancellationToken cancellationToken)
    {
        var id = await bed.Client.ScheduleNewWorkflowAsync(workflow, instanceId: null, input, startTime: null, cancellationToken);
        var state = await bed.Client.WaitForWorkflowCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
        var expected = workflow == "sequence" ? input + 3 : 5 * input + 15;
        if (state.ReadOutputAs<int>() != expected)
            throw new InvalidDataException($"{workflow} of {input} is {state.RuntimeStatus} with {state.ReadOutputAs<int>()}, not {expected}.");
    }

    private static void Write(IReadOnlyList<WorkflowReport> reports, WorkflowBed bed, TimeSpan duration)
    {
        var table = new Table { Border = TableBorder.Rounded }
            .AddColumns("workflow", "at a time", "workflows/s", "turns/s", "p50 ms", "p99 ms");
        table.Title = new TableTitle($"passes of {duration.TotalSeconds:0} s, {Environment.ProcessorCount} cores");
        foreach (var row in reports)
        {
            table.AddRow(
                row.Workflow, $"{row.Instances}", $"{row.WorkflowsPerSecond:N0}", $"{row.TurnsPerSecond:N0}", $"{row.P50:0.0}",
                $"{row.P99:0.0}");
        }

        BenchConsole.Output.Write(table);
        BenchConsole.Output.WriteLine(
            $"Dapr publishes {DaprPublishes} workflows/s for its parallel case, on machines of its own. Sidecar after the load: " +
            $"{bed.SidecarResidentMiB:0} MiB resident.");
    }
}
