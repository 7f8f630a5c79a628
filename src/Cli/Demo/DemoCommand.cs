using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace McpMesh.Cli.Demo;

/// <summary><c>mesh demo incident</c>: the main job, as two people, against the running mesh.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var data = new Option<string>("--data")
        {
            Description = "Folder of the running mesh.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MESH_DATA") ?? ".mesh",
        };
        var via = new Option<string>("--via") { Description = "How the agent reaches the gateway.", DefaultValueFactory = _ => "sidecar" };
        via.AcceptOnlyFromAmong("sidecar", "http");
        var incident = new Command(
            "incident",
            """
            An agent triages an incident across logs, analytics, cost and the incident board, first for a developer, then for an SRE, and
            the audit log tells every hop. Exit code 0 only if every expectation held.

            Examples:
              dotnet run --project src/Cli -- demo incident
              dotnet run --project src/Cli -- demo incident --via http --json
            """) { json, data, via };
        incident.SetAction((result, cancellationToken) => RunAsync(
            result.GetRequiredValue(data), result.GetRequiredValue(via) == "sidecar", result.GetValue(json), cancellationToken));
        return new Command("demo", "Shows the mesh at work.") { incident };
    }

    private static async Task<int> RunAsync(string data, bool viaSidecar, bool json, CancellationToken cancellationToken)
    {
        var errors = CliConsole.Error;
        try
        {
            var demo = new IncidentDemo(MeshEndpoints.Read(data), viaSidecar);
            var runs = new List<DemoRun>();
            foreach (var persona in new[] { DemoPersona.Developer, DemoPersona.Sre })
            {
                var run = await errors.Status().StartAsync(
                    $"{persona.Role} {persona.Username}: signing in, triaging, reading the audit log",
                    _ => demo.RunAsync(persona, cancellationToken));
                runs.Add(run);
                if (!json) DemoTable.Write(CliConsole.Output, persona, run);
            }

            if (json) Console.WriteLine(JsonSerializer.Serialize(new DemoReport(runs), DemoJson.Default.DemoReport));
            foreach (var (run, failure) in runs.SelectMany(run => run.Failures.Select(failure => (run, failure))))
                errors.MarkupLineInterpolated($"[red]{run.User}: {failure}[/]");
            return runs.TrueForAll(run => run.Failures.Count == 0) ? 0 : 1;
        }
        catch (CliException e)
        {
            errors.MarkupLineInterpolated($"[red]{e.Message}[/]");
            return 2;
        }
    }
}
