using McpMesh.Bench.Load;
using Spectre.Console;

namespace McpMesh.Bench.Gateway;

/// <summary>The report for people.</summary>
internal static class ReportTable
{
    // What takes less in every treatment is the mesh at rest.
    private const double LeastMicroseconds = 1;

    public static void Write(IReadOnlyList<TreatmentReport> report, LoadPlan plan)
    {
        var table = new Table { Border = TableBorder.Rounded }
            .AddColumns("treatment", "calls/s", "p50 ms", "p99 ms", "of direct", "of forwarder", "cpu µs/call");
        table.Title = new TableTitle($"{plan}, {Environment.ProcessorCount} cores; mean over the passes (least to greatest)");
        foreach (var row in report)
        {
            table.AddRow(
                row.Name, Text(row.CallsPerSecond), $"{row.P50:0.00}", $"{row.P99:0.00}", $"{row.OfDirect}", $"{row.OfForwarder}",
                Text(row.CpuPerCall));
        }

        BenchConsole.Output.Write(table);
        WriteProcesses(report);
    }

    private static void WriteProcesses(IReadOnlyList<TreatmentReport> report)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumn("cpu µs/call of");
        foreach (var row in report) table.AddColumn(row.Name);
        var processes = report.SelectMany(row => row.CpuByProcess).GroupBy(process => process.Key)
            .Select(process => (Name: process.Key, Greatest: process.Max(use => use.Value)))
            .Where(process => process.Greatest >= LeastMicroseconds)
            .OrderByDescending(process => process.Greatest);
        foreach (var (name, _) in processes) table.AddRow([name, .. report.Select(row => $"{row.CpuByProcess[name]:0.0}")]);
        BenchConsole.Output.Write(table);
    }

    private static string Text(Spread spread) => $"{spread.Mean:N0} ({spread.Least:N0} to {spread.Greatest:N0})";
}
