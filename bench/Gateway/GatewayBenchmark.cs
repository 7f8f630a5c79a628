using System.CommandLine;
using System.Text.Json;
using McpMesh.Bench.Load;
using Spectre.Console;

namespace McpMesh.Bench.Gateway;

/// <summary>
/// <c>bench gateway</c>: an echo MCP server direct, a minimal forwarder before it, and the gateway with everything on (token, policy, strict
/// audit, cached hop token), in one run and alternating, so that what counts, the ratios, does not depend on the machine's mood.
/// </summary>
internal static class GatewayBenchmark
{
    public static Command Command()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var connections = new Option<int>("--connections") { Description = "Calls in flight.", DefaultValueFactory = _ => 16 };
        var seconds = new Option<int>("--seconds") { Description = "Length of one pass.", DefaultValueFactory = _ => 5 };
        var passes = new Option<int>("--passes") { Description = "Passes per treatment.", DefaultValueFactory = _ => 3 };
        var command = new Command("gateway", "Calls per second and latency of direct, forwarder and gateway, and their ratios.")
        {
            json, connections, seconds, passes,
        };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(connections),
            TimeSpan.FromSeconds(result.GetRequiredValue(seconds)),
            result.GetRequiredValue(passes),
            result.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int connections, TimeSpan duration, int passes, bool json, CancellationToken cancellationToken)
    {
        var errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await using var bed = await TestBed.StartAsync(errors, cancellationToken);
        foreach (var treatment in bed.Treatments) await QualifyAsync(treatment, cancellationToken);

        var results = bed.Treatments.ToDictionary(t => t.Name, _ => new List<LoadResult>());
        foreach (var treatment in bed.Treatments)
            await ClosedLoop.RunAsync(treatment.Target, treatment.Request, connections, TimeSpan.FromSeconds(3), cancellationToken);
        for (var pass = 0; pass < passes; pass++)
        {
            // The order rotates: no treatment always runs on the warmest or the most throttled machine.
            for (var i = 0; i < bed.Treatments.Count; i++)
            {
                var treatment = bed.Treatments[(i + pass) % bed.Treatments.Count];
                errors.MarkupLineInterpolated($"[grey]pass {pass + 1} of {passes}: {treatment.Name}[/]");
                results[treatment.Name].Add(
                    await ClosedLoop.RunAsync(treatment.Target, treatment.Request, connections, duration, cancellationToken));
            }
        }

        var report = bed.Treatments.Select(t => TreatmentReport.Of(t.Name, results[t.Name])).ToList();
        var forwarder = report.Single(r => r.Name == Treatment.Forwarder).CallsPerSecond;
        var direct = report.Single(r => r.Name == Treatment.Direct).CallsPerSecond;
        report = [.. report.Select(r => r with { OfDirect = r.CallsPerSecond / direct, OfForwarder = r.CallsPerSecond / forwarder })];
        if (json) Console.WriteLine(JsonSerializer.Serialize(report, BenchJson.Default.IReadOnlyListTreatmentReport));
        else Write(report, connections, duration, passes);
        return 0;
    }

    /// <summary>No number before the answer is known to be right.</summary>
    private static async Task QualifyAsync(Treatment treatment, CancellationToken cancellationToken)
    {
        using var connection = new LoadConnection(treatment.Target, treatment.Request);
        await connection.OpenAsync(cancellationToken);
        var body = await connection.CallAsync(cancellationToken);
        if (body.Span.IndexOf("\"text\":\"hello mesh\""u8) < 0)
            throw new InvalidDataException($"{treatment.Name} gave a wrong answer: {System.Text.Encoding.UTF8.GetString(body.Span)}");
    }

    private static void Write(IReadOnlyList<TreatmentReport> report, int connections, TimeSpan duration, int passes)
    {
        var table = new Table { Border = TableBorder.Rounded }
            .AddColumns("treatment", "calls/s", "min", "max", "p50 ms", "p99 ms", "of direct", "of forwarder");
        table.Title = new TableTitle($"{connections} connections, {passes} passes of {duration.TotalSeconds:0} s each, {Environment.ProcessorCount} cores");
        foreach (var row in report)
        {
            table.AddRow(
                row.Name, $"{row.CallsPerSecond:N0}", $"{row.Minimum:N0}", $"{row.Maximum:N0}", $"{row.P50:0.00}", $"{row.P99:0.00}",
                $"{row.OfDirect:0.00}", $"{row.OfForwarder:0.00}");
        }

        AnsiConsole.Write(table);
    }
}
