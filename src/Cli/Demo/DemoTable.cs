using Spectre.Console;

namespace McpMesh.Cli.Demo;

/// <summary>The table of one run.</summary>
internal static class DemoTable
{
    public static void Write(IAnsiConsole console, DemoPersona persona, DemoRun run)
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumns(
            "hop", "subject", "actors", "audience", "method", "ID-JAG jti", "token jti", "scope", "decision", "rule", "outcome");
        table.Title = new TableTitle(Markup.Escape($"{persona.Username} ({persona.Role})   txn {run.Txn}"));
        foreach (var hop in run.Hops)
        {
            table.AddRow(
                new Text(hop.Hop.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new Text(hop.Subject[(hop.Subject.LastIndexOf('|') + 1)..]),
                new Text(string.Join(" < ", hop.Actors)),
                new Text(Host(hop.Audience)),
                new Text(hop.Method),
                new Text(Short(hop.IdJagJti)),
                new Text(Short(hop.AccessTokenJti)),
                new Text(hop.Scope),
                new Markup(hop.Decision == "permit" ? "[green]permit[/]" : $"[red]{Markup.Escape(hop.Decision)}[/]"),
                new Text(hop.Rule),
                new Markup(hop.Outcome == "success" ? "[green]success[/]" : $"[yellow]{Markup.Escape(hop.Outcome)}[/]"));
        }

        console.Write(table);
    }

    private static string Host(string audience) => Uri.TryCreate(audience, UriKind.Absolute, out var uri) ? uri.Authority : audience;

    // Enough to tell the ids of one table apart; --json has them whole.
    private static string Short(string id) => id.Length <= 10 ? id : $"…{id[^9..]}";
}
