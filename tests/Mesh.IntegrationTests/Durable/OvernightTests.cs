using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpMesh.Audit;
using McpMesh.IntegrationTests.BadInput;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>
/// Three days at 2,880 times the speed: the IdP's refresh tokens, and the mesh's own, live for 24 hours (30 s), ID tokens for four (5 s), and
/// a runbook works for 75 hours (94 s), long after the agent's token has ended.
/// </summary>
public sealed class OvernightTests : IAsyncLifetime
{
    private const int Steps = 18;
    private static readonly TimeSpan StepTakes = TimeSpan.FromSeconds(5);

    private RunningMesh _mesh = null!;

    public async Task InitializeAsync() => _mesh = await RunningMesh.StartAsync(
        Configure, new Dictionary<string, string> { ["MESH_TEST_EFFECT_DELAY"] = StepTakes.ToString("c", CultureInfo.InvariantCulture) });

    public async Task DisposeAsync() => await _mesh.DisposeAsync();

    [Fact]
    public async Task A_runbook_of_three_days_outlives_every_token_and_meets_no_refusal()
    {
        await using var session = await _mesh.SignInAsync("sam", "sam-dev-password");
        var token = session.AccessToken;
        var transaction = Claim(token, "txn");
        using var trail = await AuditTrail.FromNowAsync(_mesh, record => record.Transaction == transaction);
        using var agent = new McpCaller(new Uri(_mesh.Gateway, "/mcp"), TimeSpan.FromMinutes(4));

        string[] items = [.. Enumerable.Range(0, Steps).Select(number => string.Create(CultureInfo.InvariantCulture, $"night {number}"))];
        var answer = await agent.CallAsync(token, "runbooks.overnight", JsonSerializer.Serialize(new { items }));

        Assert.True(answer.Text is not null, answer.Body);
        Assert.True(JsonNode.Parse(answer.Text!)!["reason"] is null, answer.Text);
        var outcomes = JsonNode.Parse(answer.Text!)!["steps"]!["night"]!["items"]!.AsArray().Select(item => (string?)item!["outcome"]).ToArray();
        Assert.Equal(Enumerable.Repeat("success", Steps), outcomes);
        var expired = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Claim(token, "exp"), CultureInfo.InvariantCulture));
        Assert.True(DateTimeOffset.UtcNow - expired > StepTakes * (Steps / 2), "The agent's token has not ended long before the run did.");

        var records = await trail.ReadAsync(all =>
            all.Count(record => record is { Method: "incidents.trigger", Kind: AuditEventKind.Outcome, Emitter: "gateway" }) >= Steps);
        Assert.DoesNotContain(records, record => record.Outcome is "denied" or "failed");
        // A hop token lives for six steps at most here.
        Assert.True(
            records.Where(record => record is { Emitter: "incidents", Kind: AuditEventKind.Intent }).Select(record => record.AccessTokenId)
                .Distinct().Count() >= Steps / 6,
            "Too few hop tokens.");
    }

    private static void Configure(MeshFiles files)
    {
        MeshFiles.Replace(files.IdpYaml, "idTokenLifetime: 1h", "idTokenLifetime: 5s");
        MeshFiles.Replace(files.IdpYaml, "refreshTokenLifetime: 24h", "refreshTokenLifetime: 30s");
        MeshFiles.Replace(files.IdpYaml, "idJagLifetime: 5m", "idJagLifetime: 10s");
        MeshFiles.Replace(files.MeshYaml, "accessTokenLifetime: 10m", "accessTokenLifetime: 30s");
        MeshFiles.Replace(files.MeshYaml, "  incident-triage:\n", """
              overnight:
                description: One incident after the other.
                input: { type: object, properties: { items: { type: array, items: { type: string } } }, required: [items] }
                steps:
                  - id: night
                    call: incidents.trigger
                    forEach: { from: /input/items, parallel: 1 }
                    with: { title: { from: /item }, severity: low, service: night }
              incident-triage:

            """);
        MeshFiles.Replace(files.MeshYaml, "  sre: [", "  sre: [runbooks.overnight, ");
    }

    private static string Claim(string token, string name)
    {
        using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return claims.RootElement.GetProperty(name).ToString();
    }
}
