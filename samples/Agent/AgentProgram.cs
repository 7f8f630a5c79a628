namespace McpMesh.Samples.Agent;

// The agent as a person runs it: signs in with the browser and triages. With a Dapr sidecar beside it (DAPR_HTTP_PORT) it works through
// that. A class of its own, not top-level statements: tests reference this assembly beside AppHost's, which has a global Program.
internal static class AgentProgram
{
    private static async Task<int> Main(string[] args)
    {
        var sidecarPort = Environment.GetEnvironmentVariable("DAPR_HTTP_PORT");
        var options = new AgentOptions
        {
            Gateway = new Uri(args.FirstOrDefault() ?? "http://127.0.0.1:8080/mcp"),
            Sidecar = sidecarPort is null ? null : new Uri($"http://127.0.0.1:{sidecarPort}"),
            SidecarToken = Environment.GetEnvironmentVariable("DAPR_API_TOKEN"),
        };
        await using var session = await AgentSession.SignInAsync(options, new SystemBrowser(Console.Out), CancellationToken.None);
        var steps = await new IncidentTriage(session.Work).RunAsync(CancellationToken.None);
        foreach (var step in steps) Console.WriteLine($"{step.Outcome,-8} {step.Method,-24} {step.Detail}");
        return steps.All(step => step.Outcome == "success") ? 0 : 1;
    }
}
