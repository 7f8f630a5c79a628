using Spectre.Console;

namespace McpMesh.Chaos;

/// <summary>The report for people.</summary>
internal static class ChaosTable
{
    private const int PlainWidth = 140;

    public static void Write(ChaosReport report)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = Console.IsOutputRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (Console.IsOutputRedirected) console.Profile.Width = PlainWidth;
        var table = new Table { Border = TableBorder.Rounded, ShowHeaders = false }.AddColumns("", "");
        table.AddRow("seed", $"{report.Seed}");
        table.AddRow("seconds", $"{report.Seconds:0}");
        table.AddRow("calls", $"{report.Calls}: {report.Acknowledged} acknowledged, {report.Unknown} unknown, {report.Refused} refused, {report.Unanswered} unanswered");
        table.AddRow("re-issued requests", $"{report.Reissued}");
        table.AddRow("effects", $"{report.Effects}");
        table.AddRow("faults", $"{report.Faults.Values.Sum()}");
        foreach (var (kind, count) in report.Faults) table.AddRow("  " + Markup.Escape(kind), $"{count}");
        table.AddRow("violations", $"{report.Violations.Count}");
        console.Write(table);
        foreach (var violation in report.Violations)
        {
            console.WriteLine($"{violation.Operation}: {violation.Rule}");
            foreach (var line in violation.History) console.WriteLine("    " + line);
        }
    }
}
