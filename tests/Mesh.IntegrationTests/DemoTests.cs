using System.Diagnostics;
using System.Text.Json;

namespace McpMesh.IntegrationTests;

/// <summary>The main job, through the command a user types.</summary>
[Collection(MeshCollection.Name)]
public sealed class DemoTests(SharedMesh shared)
{
    private static readonly string[] Fields =
    [
        "hop", "subject", "actors", "audience", "method", "idJagJti", "accessTokenJti", "scope", "decision", "rule", "outcome",
    ];

    [Theory]
    [InlineData("sidecar")]
    [InlineData("http")]
    public async Task The_incident_demo_holds_every_expectation_and_prints_every_hop(string via)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [typeof(Cli.CliException).Assembly.Location, "demo", "incident", "--json", "--via", via, "--data", shared.Mesh.Data])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);

        using var report = JsonDocument.Parse(await output);
        Assert.Equal(["runs"], Names(report.RootElement));
        Assert.All(report.RootElement.GetProperty("runs").EnumerateArray(), run => Assert.Equal(["user", "txn", "hops"], Names(run)));
        var runs = report.RootElement.GetProperty("runs").EnumerateArray().ToDictionary(r => r.GetProperty("user").GetString()!);
        var developer = Hops(runs["developer"]);
        Assert.Contains(developer, h => Is(h, "incidents.trigger", 1, "deny"));
        Assert.DoesNotContain(
            developer, h => h.GetProperty("method").GetString() == "incidents.trigger" && h.GetProperty("hop").GetInt32() > 1);
        var sre = Hops(runs["sre"]);
        Assert.Contains(sre, h => Is(h, "incidents.trigger", 2, "permit"));
        Assert.Contains(sre, h => Is(h, "analytics.query", 3, "permit"));
        Assert.All(developer.Concat(sre), h =>
        {
            Assert.Equal(Fields, Names(h));
            Assert.Equal(h.GetProperty("hop").GetInt32(), h.GetProperty("actors").GetArrayLength());
            Assert.All(
                Fields.Except(["hop", "actors"]), field => Assert.False(string.IsNullOrEmpty(h.GetProperty(field).GetString()), field));
        });
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static List<JsonElement> Hops(JsonElement run) => [.. run.GetProperty("hops").EnumerateArray()];

    private static bool Is(JsonElement hop, string method, int number, string decision) =>
        hop.GetProperty("method").GetString() == method && hop.GetProperty("hop").GetInt32() == number
        && hop.GetProperty("decision").GetString() == decision;
}
