using System.Diagnostics;
using System.Text.Json.Nodes;

namespace McpMesh.IntegrationTests.Approvals;

/// <summary><c>mesh approvals</c> with its output in a pipe.</summary>
public sealed class CommandLineTests(ApprovalMesh mesh) : IClassFixture<ApprovalMesh>
{
    [Fact]
    public async Task An_approver_lists_shows_and_refuses_and_a_second_decision_exits_1()
    {
        using var agent = new WaitingAgent(mesh, mesh.Sam);
        var what = "ask-" + Guid.NewGuid().ToString("N");
        var id = (string)(await agent.CallAsync(what)).Data("approval")!;

        Assert.Contains(id + "\tpending\teffects.act\t", (await RunAsync("list")).Output, StringComparison.Ordinal);
        var (exitCode, shown, _) = await RunAsync("show", id, "--json");
        Assert.Equal((0, what), (exitCode, (string?)JsonNode.Parse(shown)!["arguments"]!["what"]));
        Assert.Equal((0, id + " refused\n"), await DecideAsync("refuse", id));
        var again = await RunAsync("approve", id);
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
        Assert.Contains("decided: Refused by u-lea", again.Errors, StringComparison.Ordinal);
        Assert.Contains("not_found", (await RunAsync("show", "approval-1")).Errors, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> DecideAsync(string decision, string id)
    {
        var (exitCode, output, _) = await RunAsync(decision, id, "--why", "not today");
        return (exitCode, output);
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(Cli.MeshEndpoints).Assembly.Location, "approvals", .. arguments, "--data", mesh.Mesh.Data, "--user", "lea"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MESH_PASSWORD"] = "lea-password" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
