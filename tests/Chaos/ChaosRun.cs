using System.Diagnostics;
using McpMesh.Testing;

namespace McpMesh.Chaos;

/// <summary>One run: a mesh, agents, faults, then quiet and the check.</summary>
internal static class ChaosRun
{
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RecordsPatience = TimeSpan.FromSeconds(60);

    public static async Task<ChaosReport> RunAsync(ChaosPlan plan, CancellationToken cancellationToken)
    {
        // Effects take a while, so that faults meet calls in the middle; where repetitions are to be found, most of the time.
        var switches = new Dictionary<string, string>
        {
            ["MESH_TEST_EFFECT_DELAY"] = plan.WithoutDeduplication ? "00:00:02" : "00:00:00.500",
        };
        if (plan.WithoutDeduplication) switches["MESH_TEST_NO_DEDUPLICATION"] = "true";
        var progress = Console.Error;
        await progress.WriteLineAsync($"seed {plan.Seed}: the mesh starts");
        await using var foreign = await ForeignServer.StartAsync();
        await using var mesh = await RunningMesh.StartAsync(files => Configure(files, foreign), switches, cancellationToken);

        var began = Stopwatch.GetTimestamp();
        var random = new Random(plan.Seed);
        var faults = new FaultCount();
        var agents = Enumerable.Range(0, plan.Agents)
            .Select(number => new ChaosAgent(mesh, number, began, new Random(random.Next()), faults)).ToArray();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(plan.Length);
        var working = agents.Select(agent => agent.RunAsync(over.Token)).ToArray();
        await new FaultInjector(mesh, random, faults, progress).RunAsync(over.Token);
        await progress.WriteLineAsync("the faults are over; agents finish their calls");
        await Task.WhenAll(working);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;

        foreach (var resource in new[] { "gateway", "audit", "adapter-incidents", "token-exchange" })
            await mesh.App.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken).WaitAsync(Recovery, cancellationToken);
        var operations = agents.SelectMany(agent => agent.Operations).ToArray();
        var effects = EffectLog.Read(mesh.Data).Concat(foreign.Effects.Select(id => (Operation: id, Id: id))).ToArray();
        var violations = await CheckAsync(mesh, agents, operations, effects, cancellationToken);
        foreach (var agent in agents) await agent.DisposeAsync();
        return new ChaosReport(
            plan.Seed, seconds, operations.Length, Count(OperationEnd.Acknowledged), Count(OperationEnd.OutcomeUnknown),
            Count(OperationEnd.Refused), Count(OperationEnd.Unanswered), operations.Sum(operation => Math.Max(0, operation.Attempts - 1)),
            effects.Length, faults.Kinds, violations);

        int Count(OperationEnd end) => operations.Count(operation => operation.End == end);
    }

    /// <summary>Records arrive after the answers: as long as some are missing they are waited for.</summary>
    private static async Task<IReadOnlyList<Violation>> CheckAsync(
        RunningMesh mesh, ChaosAgent[] agents, Operation[] operations, (string Operation, string Id)[] effects, CancellationToken cancellationToken)
    {
        using var trail = new AuditTrail(mesh);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var records = await trail.ReadAsync(agents.SelectMany(agent => agent.Transactions));
            var violations = HistoryChecker.Check(operations, effects, records);
            if (waited.Elapsed > RecordsPatience || !violations.Any(violation => violation.Rule.Contains("audit log", StringComparison.Ordinal)))
                return violations;
            await Task.Delay(500, cancellationToken);
        }
    }

    private static void Configure(MeshFiles files, ForeignServer foreign)
    {
        MeshFiles.Replace(files.IdpYaml, "      - { resource: https://logs.mesh.example/mcp,",
            $"      - {{ resource: {ForeignServer.Resource}, scopes: [foreign.*] }}\n" +
            "      - { resource: https://logs.mesh.example/mcp,");
        File.WriteAllText(files.IdpYaml, File.ReadAllText(files.IdpYaml)
            .Replace("scopes: [logs.*, analytics", "scopes: [foreign.*, logs.*, analytics", StringComparison.Ordinal));
        MeshFiles.Replace(files.MeshYaml, "servers:\n",
            $"servers:\n  foreign:\n    url: {foreign.Url}\n    resource: {ForeignServer.Resource}\n    tools: [act]\n");
        MeshFiles.Replace(files.MeshYaml, "  sre: [", "  sre: [foreign.act, runbooks.chaos, ");
        MeshFiles.Replace(files.MeshYaml, "  incident-triage:\n", """
              chaos:
                description: An incident, looked at again.
                input: { type: object, properties: { title: { type: string } }, required: [title] }
                steps:
                  - { id: open, call: incidents.trigger, with: { title: { from: /input/title }, severity: low, service: chaos } }
                  - { id: look, call: incidents.get, with: { incidentId: { from: /steps/open/id } } }
                output: { incident: { from: /steps/look/id } }
              incident-triage:

            """);
        MeshFiles.Replace(files.MeshYaml, "/callback]   # loopback: any port (RFC 8252 section 7.3)\n    scopes: [",
            "/callback]\n    scopes: [foreign.*, ");
    }
}
