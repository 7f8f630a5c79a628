using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using McpMesh.Bench.Load;
using Spectre.Console;

namespace McpMesh.Bench.Sidecar;

/// <summary>
/// <c>bench sidecar</c>: the echo server called directly, and by service invocation through the caller's and the callee's sidecar, in one
/// run and alternating; with one connection for the latency that a hop adds, with sixteen for the throughput.
/// </summary>
internal static class SidecarBenchmark
{
    private const string Body =
        """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"say","arguments":{"text":"hello mesh"}}}""";

    public static Command Command()
    {
        var seconds = new Option<int>("--seconds") { Description = "Length of one pass.", DefaultValueFactory = _ => 5 };
        var passes = new Option<int>("--passes") { Description = "Passes per treatment.", DefaultValueFactory = _ => 3 };
        var command = new Command("sidecar", "What an invocation through two sidecars costs.") { seconds, passes };
        command.SetAction((result, cancellationToken) => RunAsync(
            TimeSpan.FromSeconds(result.GetRequiredValue(seconds)), result.GetRequiredValue(passes), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(TimeSpan duration, int passes, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
        try
        {
            await using var echo = await MeasuredProcess.StartAsync(
                typeof(SidecarBenchmark).Assembly.Location, port => ["echo", "--port", Text(port)], "/health", folder, cancellationToken);
            await using var callee = await SidecarProgram.StartAsync(
                folder, ["--app-id", "echo", "--app-port", Text(echo.Address.Port)], cancellationToken);
            await using var caller = await SidecarProgram.StartAsync(folder, ["--app-id", "bench"], cancellationToken);

            var direct = Request(echo.Address, "/mcp");
            var invoked = Request(caller.Address, "/v1.0/invoke/echo/method/mcp");
            await QualifyAsync(caller.Address, invoked, cancellationToken);
            var table = new Table { Border = TableBorder.Rounded }.AddColumns("connections", "way", "calls/s", "p50 ms", "p99 ms");
            table.Title = new TableTitle($"{passes} passes of {duration.TotalSeconds:0} s each, {Environment.ProcessorCount} cores");
            foreach (var connections in new[] { 1, 16 })
            {
                var ways = new[] { ("direct", echo.Address, direct), ("two sidecars", caller.Address, invoked) };
                var results = ways.Select(_ => new List<LoadResult>()).ToArray();
                foreach (var (_, target, request) in ways)
                    await ClosedLoop.RunAsync(target, request, connections, TimeSpan.FromSeconds(3), cancellationToken);
                for (var pass = 0; pass < passes; pass++)
                {
                    for (var i = 0; i < ways.Length; i++)
                        results[i].Add(await ClosedLoop.RunAsync(ways[i].Item2, ways[i].Item3, connections, duration, cancellationToken));
                }

                for (var i = 0; i < ways.Length; i++)
                {
                    var all = results[i];
                    table.AddRow(
                        $"{connections}", ways[i].Item1, $"{all.Average(p => p.CallsPerSecond):N0}", $"{all.Average(p => p.P50):0.000}",
                        $"{all.Average(p => p.P99):0.000}");
                }
            }

            BenchConsole.Output.Write(table);
            BenchConsole.Output.Write(await AtSteadyRateAsync(echo.Address, direct, caller.Address, invoked, cancellationToken));
            BenchConsole.Output.Write(await BuildingBlocks.MeasureAsync(folder, cancellationToken));
            foreach (var (name, sidecar) in new[] { ("callee", callee), ("caller", caller) })
            {
                BenchConsole.Output.WriteLine(
                    $"{name}: ready after {sidecar.StartTime.TotalMilliseconds:0} ms (goal 400), {sidecar.ResidentMiB:0} MiB resident after "
                    + "the load (goal 60)");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What two sidecars add to a call at Dapr's own test rate; the goal is half of what Dapr publishes.</summary>
    private static async Task<Table> AtSteadyRateAsync(
        IPEndPoint echo, byte[] direct, IPEndPoint caller, byte[] invoked, CancellationToken cancellationToken)
    {
        const int Rate = 1000;
        var duration = TimeSpan.FromSeconds(10);
        var straight = await SteadyRate.RunAsync(echo, direct, 16, Rate, duration, cancellationToken);
        var hop = await SteadyRate.RunAsync(caller, invoked, 16, Rate, duration, cancellationToken);
        var table = new Table { Border = TableBorder.Rounded }.AddColumns("way", "calls/s", "p50 ms", "p99 ms");
        table.Title = new TableTitle($"a steady {Rate} calls/s on 16 connections");
        table.AddRow("direct", $"{straight.CallsPerSecond:N0}", $"{straight.P50:0.000}", $"{straight.P99:0.000}");
        table.AddRow("two sidecars", $"{hop.CallsPerSecond:N0}", $"{hop.P50:0.000}", $"{hop.P99:0.000}");
        table.AddRow("added", "", $"{hop.P50 - straight.P50:0.000}", $"{hop.P99 - straight.P99:0.000}");
        table.AddRow("goal: half of Dapr's 1.06 and 2.90", "", "0.530", "1.450");
        return table;
    }

    /// <summary>No number before the answer is known to be right.</summary>
    private static async Task QualifyAsync(IPEndPoint target, byte[] request, CancellationToken cancellationToken)
    {
        using var connection = new LoadConnection(target, request);
        await connection.OpenAsync(cancellationToken);
        var body = await connection.CallAsync(cancellationToken);
        if (body.Span.IndexOf("\"text\":\"hello mesh\""u8) < 0)
            throw new InvalidDataException($"wrong answer: {Encoding.UTF8.GetString(body.Span)}");
    }

    private static byte[] Request(IPEndPoint target, string path) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {target}\r\nContent-Type: application/json\r\n"
        + $"Accept: application/json, text/event-stream\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
