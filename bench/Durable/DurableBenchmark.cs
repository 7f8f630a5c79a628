using System.CommandLine;
using System.Text.Json;
using McpMesh.Bench.Gateway;
using McpMesh.Bench.Load;
using Spectre.Console;

namespace McpMesh.Bench.Durable;

/// <summary><c>bench durable</c>: what it costs that a call outlives its gateway, as a ratio to a call that does not.</summary>
internal static class DurableBenchmark
{
    private const int StepsOfRunbook = 10;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static Command Command()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var connections = new Option<int>("--connections") { Description = "Calls in flight.", DefaultValueFactory = _ => 16 };
        var seconds = new Option<int>("--seconds") { Description = "Length of one pass.", DefaultValueFactory = _ => 5 };
        var passes = new Option<int>("--passes") { Description = "Passes per treatment.", DefaultValueFactory = _ => 3 };
        var command = new Command(
            "durable",
            """
            Calls per second and latency of a tool that reads and of one that does, both through the gateway to the same echo
            server with everything on: the second is claimed, given to a workflow, dispatched and recorded by it. Then runbooks
            of ten such steps.

            Examples:
              dotnet run -c Release --project bench -- durable
              dotnet run -c Release --project bench -- durable --connections 64 --json
            """)
        {
            json, connections, seconds, passes,
        };
        foreach (var count in new[] { connections, seconds, passes })
        {
            count.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1) result.AddError($"{count.Name} must be at least 1.");
            });
        }

        command.SetAction((result, cancellationToken) => RunAsync(
            new LoadPlan(result.GetValue(connections), TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(passes)),
            result.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LoadPlan plan, bool json, CancellationToken cancellationToken)
    {
        await using var bed = await TestBed.StartAsync(BenchConsole.Error, cancellationToken);
        var (direct, durable) = bed.Pair;
        var results = new Dictionary<string, List<LoadResult>> { [direct.Name] = [], [durable.Name] = [] };
        foreach (var treatment in new[] { direct, durable })
            await UniqueCalls.RunAsync(treatment.Target, treatment.Request, plan.Connections, WarmUp, cancellationToken);
        for (var pass = 0; pass < plan.Passes; pass++)
        {
            foreach (var treatment in pass % 2 == 0 ? [direct, durable] : new[] { durable, direct })
            {
                var result = await UniqueCalls.RunAsync(treatment.Target, treatment.Request, plan.Connections, plan.Duration, cancellationToken);
                results[treatment.Name].Add(result);
                BenchConsole.Error.MarkupLineInterpolated(
                    $"[grey]pass {pass + 1} of {plan.Passes}: {treatment.Name} {result.CallsPerSecond:N0}/s[/]");
            }
        }

        var runs = await UniqueCalls.RunAsync(
            bed.Runbook.Target, bed.Runbook.Request, plan.Connections, plan.Duration * plan.Passes, cancellationToken);
        IReadOnlyList<DurableReport> reports = [.. results.Select(one => Report(one.Key, one.Value, results[direct.Name]))];
        var steps = runs.CallsPerSecond * StepsOfRunbook;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new DurableFigures(reports, steps, runs.P50), DurableJson.Default.DurableFigures));
            return 0;
        }

        Write(reports, plan);
        BenchConsole.Output.WriteLine(
            $"Runbooks of {StepsOfRunbook} steps, {plan.Connections} at a time: {steps:N0} steps/s, {runs.P50:N0} ms a run (median)");
        return 0;
    }

    private static DurableReport Report(string name, List<LoadResult> passes, List<LoadResult> direct) => new(
        name, Spread.Of(passes.Select(pass => pass.CallsPerSecond)), passes.Average(pass => pass.P50), passes.Average(pass => pass.P99),
        Spread.Of(passes.Zip(direct, (mine, theirs) => mine.CallsPerSecond / theirs.CallsPerSecond)));

    private static void Write(IReadOnlyList<DurableReport> reports, LoadPlan plan)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumns("call", "calls/s", "p50 ms", "p99 ms", "of direct");
        table.Title = new TableTitle($"{plan}, {Environment.ProcessorCount} cores; mean over the passes (least to greatest)");
        foreach (var report in reports)
        {
            table.AddRow(
                report.Name == Treatment.Gateway ? "direct" : report.Name,
                $"{report.CallsPerSecond.Mean:N0} ({report.CallsPerSecond.Least:N0} to {report.CallsPerSecond.Greatest:N0})",
                $"{report.P50:0.00}", $"{report.P99:0.00}", $"{report.OfDirect}");
        }

        BenchConsole.Output.Write(table);
    }
}
