using System.CommandLine;
using McpMesh.Chaos;

var seconds = new Option<int>("--seconds") { Description = "How long agents work and things die.", DefaultValueFactory = _ => 60 };
var seed = new Option<int?>("--seed") { Description = "Repeats the faults of a run; by default a new one, which is printed." };
var agents = new Option<int>("--agents") { Description = "Agents at work at a time.", DefaultValueFactory = _ => 16 };
var json = new Option<bool>("--json") { Description = "Print JSON instead of tables." };
var without = new Option<bool>("--without-deduplication")
{
    Description = "The adapters forget call ids: the checker must find violations. To test the checker only.",
};
var command = new RootCommand(
    """
    Kills, pauses and restarts the processes of a mesh while agents make calls that have effects, and re-issue those whose
    stream breaks, as MCP 2026-07-28 says. Then it checks the effects against the answers and the audit log.

    Exit codes: 0 no violation, 1 violations (each is printed with its history), 2 the run itself failed.

    Examples:
      dotnet run --project tests/Chaos -- --seconds 60
      dotnet run --project tests/Chaos -- --seconds 600 --seed 7 --json
    """)
{
    seconds, seed, agents, json, without,
};
foreach (var count in new[] { seconds, agents })
{
    count.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1) result.AddError($"{count.Name} must be at least 1.");
    });
}

command.SetAction(async (result, cancellationToken) =>
{
    var plan = new ChaosPlan(
        TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000),
        result.GetValue(agents), result.GetValue(without));
    // What the mesh says of itself is not the report.
    var output = Console.Out;
    Console.SetOut(Console.Error);
    try
    {
        var report = await ChaosRun.RunAsync(plan, cancellationToken);
        Console.SetOut(output);
        if (result.GetValue(json)) ChaosJson.Write(report);
        else ChaosTable.Write(report);
        return report.Violations.Count == 0 ? 0 : 1;
    }
    catch (Exception failure) when (failure is not OperationCanceledException)
    {
        await Console.Error.WriteLineAsync($"The run failed (seed {plan.Seed}): {failure}");
        return 2;
    }
});
return await command.Parse(args).InvokeAsync();
