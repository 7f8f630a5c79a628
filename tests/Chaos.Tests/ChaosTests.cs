using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace McpMesh.Chaos.Tests;

/// <summary>
/// The command itself, on a mesh of its own. MESH_CHAOS_SECONDS makes the run longer than its minute; MESH_CHAOS_SEED repeats one.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Faults_break_no_promise()
    {
        var seconds = Environment.GetEnvironmentVariable("MESH_CHAOS_SECONDS") ?? "60";
        var seed = Environment.GetEnvironmentVariable("MESH_CHAOS_SEED") ?? Random.Shared.Next(1, 1_000_000).ToString(CultureInfo.InvariantCulture);
        var (code, report) = await RunAsync("--seconds", seconds, "--seed", seed, "--json");

        Assert.True(code == 0, report);
        using var read = JsonDocument.Parse(report);
        // A run in which nothing happened would prove nothing.
        Assert.True(read.RootElement.GetProperty("acknowledged").GetInt32() >= 30, report);
        Assert.True(read.RootElement.GetProperty("faults").EnumerateObject().Sum(kind => kind.Value.GetInt32()) >= 15, report);
    }

    [Fact]
    public async Task Adapters_that_forget_call_ids_are_found_out()
    {
        var (code, report) = await RunAsync("--seconds", "45", "--without-deduplication");
        Assert.True(code == 1, report);
        Assert.Contains("exactly one effect", report, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Report)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HistoryChecker).Assembly.Location, .. arguments])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var report = process.StandardOutput.ReadToEndAsync();
        var progress = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        output.WriteLine(await progress);
        output.WriteLine(await report);
        return (process.ExitCode, await report + (process.ExitCode == 2 ? await progress : ""));
    }
}
