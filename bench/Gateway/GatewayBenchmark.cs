using System.CommandLine;
using System.Text.Json;
using McpMesh.Bench.Load;
using Spectre.Console;

namespace McpMesh.Bench.Gateway;

/// <summary>
/// <c>bench gateway</c>: an echo MCP server direct, a minimal forwarder before it, and the gateway with everything on (token, policy,
/// strict audit, cached hop token), in one run and alternating, so that what counts, the ratios, does not depend on the machine's mood.
/// </summary>
internal static class GatewayBenchmark
{
    private static readonly TimeSpan LongestMeasurement = TimeSpan.FromMinutes(8);

    // Until the last tier of the JIT is reached on a busy machine of two cores.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    // The audit log takes in what the pass left behind: it belongs to the pass's processor time.
    private static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(500);

    public static Command Command()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var connections = new Option<int>("--connections") { Description = "Calls in flight.", DefaultValueFactory = _ => 64 };
        var seconds = new Option<int>("--seconds") { Description = "Length of one pass.", DefaultValueFactory = _ => 5 };
        var passes = new Option<int>("--passes") { Description = "Passes per treatment.", DefaultValueFactory = _ => 3 };
        var only = new Option<string?>("--only") { Description = "Measure one treatment alone, to profile it; there are no ratios then." };
        only.AcceptOnlyFromAmong([.. Treatment.Names]);
        var command = new Command(
            "gateway",
            """
            Calls per second and latency of an echo MCP server direct, behind a minimal forwarder, behind the gateway
            with everything on, and behind gateway and sidecars; and the ratios between them. Progress goes to stderr.

            Examples:
              dotnet run -c Release --project bench -- gateway
              dotnet run -c Release --project bench -- gateway --connections 16 --seconds 10 --json
              dotnet run -c Release --project bench -- gateway --only gateway --passes 1 --seconds 60
            """)
        {
            json, connections, seconds, passes, only,
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
            result.GetValue(only),
            result.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LoadPlan plan, string? only, bool json, CancellationToken cancellationToken)
    {
        if (plan.Duration * plan.Passes * (only is null ? Treatment.Names.Count : 1) > LongestMeasurement)
        {
            Console.Error.WriteLine(
                "--seconds times --passes is too long: all treatments together must end before the token, which lives ten minutes.");
            return 1;
        }

        var progress = BenchConsole.Error;
        await using var bed = await TestBed.StartAsync(progress, cancellationToken);
        var treatments = bed.Treatments.Where(treatment => only is null || treatment.Name == only).ToList();
        var results = treatments.ToDictionary(t => t.Name, _ => new List<Pass>());
        foreach (var treatment in treatments)
        {
            await QualifyAsync(treatment, cancellationToken);
            await ClosedLoop.RunAsync(treatment.Target, treatment.Request, plan.Connections, WarmUp, cancellationToken);
        }

        for (var pass = 0; pass < plan.Passes; pass++)
        {
            // The order rotates: no treatment always runs on the warmest or the most throttled machine.
            for (var i = 0; i < treatments.Count; i++)
            {
                var treatment = treatments[(i + pass) % treatments.Count];
                var result = await MeasureAsync(bed, treatment, plan, cancellationToken);
                var cpu = result.Processors.Values.Sum();
                progress.MarkupLineInterpolated(
                    $"[grey]pass {pass + 1} of {plan.Passes}: {treatment.Name} {result.Load.CallsPerSecond:N0}/s, {cpu:N0} cpu µs/call[/]");
                results[treatment.Name].Add(result);
            }
        }

        var report = treatments.Select(t => TreatmentReport.Of(t.Name, results)).ToList();
        if (json) Console.WriteLine(JsonSerializer.Serialize(report, BenchJson.Default.IReadOnlyListTreatmentReport));
        else ReportTable.Write(report, plan);
        return 0;
    }

    private static async Task<Pass> MeasureAsync(TestBed bed, Treatment treatment, LoadPlan plan, CancellationToken cancellationToken)
    {
        var before = bed.Processors.Read();
        var load = await ClosedLoop.RunAsync(treatment.Target, treatment.Request, plan.Connections, plan.Duration, cancellationToken);
        await Task.Delay(Afterwards, cancellationToken);
        return new Pass(load, ProcessorTimes.PerCall(before, bed.Processors.Read(), load.Calls));
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
}
