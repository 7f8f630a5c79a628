using System.Net;
using System.Web;
using McpMesh.Audit;
using McpMesh.Testing;
using Microsoft.Data.Sqlite;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>What is down costs an error of its own code, half of nothing is done, and all is well after its return.</summary>
[Collection(TroubledMeshCollection.Name)]
public sealed class OutageTests(TroubledMesh shared) : IAsyncLifetime, IDisposable
{
    private const string AnyQuery = """{"sql":"select 1"}""";

    private RunningMesh Mesh => shared.Mesh;

    private McpCaller _gateway = null!;
    private CodeSignIn _sam = null!;
    private AuditTrail _trail = null!;

    public async Task InitializeAsync()
    {
        _gateway = new(new Uri(Mesh.Gateway, "/mcp"));
        _sam = await CodeSignIn.AsAsync(Mesh, "sam", "sam-dev-password");
        _trail = await AuditTrail.FromNowAsync(Mesh);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _gateway.Dispose();
        _trail.Dispose();
    }

    [Fact]
    public async Task A_dead_server_is_5030_with_intent_and_outcome_on_record_and_works_after_its_restart()
    {
        await GoodAsync("cost.query", AnyQuery);
        await SettledAsync(calls: 1);
        await MeshProcesses.KillAsync(MeshProcesses.Of(Mesh, "adapter-cost").Single());
        await shared.StopAsync("adapter-cost");
        var transaction = _sam.Claim("txn");
        using var trail = await AuditTrail.FromNowAsync(Mesh, record => record.Transaction == transaction);
        try
        {
            var answer = await _gateway.CallAsync(_sam.AccessToken, "cost.query", AnyQuery);

            Assert.Equal((200, 5030), (answer.Status, answer.Code));
            Assert.True((int)answer.Data("retryAfterMs")! > 0);
            RefusedCallTests.AssertNothingInternal(answer.Body);
            var records = await trail.ReadAsync(all => all.Any(IsGatewayOutcome));
            var intent = Assert.Single(records, r => r is { Kind: AuditEventKind.Intent, Emitter: "gateway" });
            var outcome = Assert.Single(records, IsGatewayOutcome);
            Assert.Equal((intent.CallId, "failed"), (outcome.CallId, outcome.Outcome));
            Assert.Equal(answer.Reason, outcome.Reason);
        }
        finally
        {
            await shared.StartAsync("adapter-cost");
        }

        await GoodAsync("cost.query", AnyQuery);
    }

    [Fact]
    public async Task A_dead_IdP_stops_new_hops_and_sign_ins_only()
    {
        await GoodAsync("logs.read", """{"limit":1}""");
        using var person = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        using var toIdp = await person.GetAsync(new Uri(Mesh.TokenExchange, "/sign-in"));
        var state = HttpUtility.ParseQueryString(toIdp.Headers.Location!.Query)["state"];
        await shared.StopAsync("idp");
        try
        {
            await GoodAsync("logs.read", """{"limit":1}""");

            var newHop = await _gateway.CallAsync(_sam.AccessToken, "analytics.query", AnyQuery);
            Assert.Equal((200, 5032), (newHop.Status, newHop.Code));
            Assert.Equal("temporarily_unavailable", (string?)newHop.Data("error"));
            Assert.True((int)newHop.Data("retryAfterMs")! > 0);
            RefusedCallTests.AssertNothingInternal(newHop.Body);

            var issuer = WebUtility.UrlEncode(Mesh.Idp.GetLeftPart(UriPartial.Authority));
            using var back = await person.GetAsync(new Uri(Mesh.TokenExchange, $"/callback?state={state}&code=any&iss={issuer}"));
            var page = await back.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, back.StatusCode);
            Assert.Contains("The identity provider cannot be reached at the moment.", page, StringComparison.Ordinal);
            RefusedCallTests.AssertNothingInternal(page);
            await _trail.ReadAsync(all =>
                all.Any(r => r is { Kind: AuditEventKind.Outcome, Method: "analytics.query", Outcome: "failed" })
                && all.Any(r =>
                    r.Kind == AuditEventKind.TokenRefused && r.Reason!.StartsWith("temporarily_unavailable", StringComparison.Ordinal)));
        }
        finally
        {
            await shared.StartAsync("idp");
        }

        await GoodAsync("analytics.query", AnyQuery);
        _sam = await CodeSignIn.AsAsync(Mesh, "sam", "sam-dev-password");
        await GoodAsync("cost.query", AnyQuery);
    }

    [Fact]
    public async Task Without_its_record_a_call_is_not_made_but_a_relaxed_one_goes_on_and_is_recorded_later()
    {
        await GoodAsync("analytics.query", AnyQuery);
        await GoodAsync("logs.read", """{"limit":1}""");
        await SettledAsync(calls: 2);
        var transaction = _sam.Claim("txn");
        using var trail = await AuditTrail.FromNowAsync(Mesh, record => record.Transaction == transaction);
        await using (await LockBrokerAsync())
        {
            var relaxed = await _gateway.CallAsync(_sam.AccessToken, "logs.read", """{"limit":1}""");
            Assert.Equal((200, 0), (relaxed.Status, relaxed.Code));
            Assert.DoesNotContain(await trail.ReadAsync(_ => true), r => r.Method == "logs.read");

            var strict = await _gateway.CallAsync(_sam.AccessToken, "analytics.query", AnyQuery);
            Assert.Equal((200, 5031), (strict.Status, strict.Code));
            RefusedCallTests.AssertNothingInternal(strict.Body);
        }

        var records = await trail.ReadAsync(all =>
            all.Count(r => r is { Method: "logs.read", Kind: AuditEventKind.Intent or AuditEventKind.Outcome }) == 4
            && all.Any(r => r is { Method: "analytics.query", Kind: AuditEventKind.Denial }));
        // Whatever reaches the server leaves a record of the server: there is none.
        Assert.DoesNotContain(records, r => r.Emitter == "analytics");
        Assert.DoesNotContain(records, r => r is { Method: "analytics.query", Kind: AuditEventKind.Outcome });
        await GoodAsync("analytics.query", AnyQuery);
    }

    private static bool IsGatewayOutcome(AuditEvent record) => record is { Kind: AuditEventKind.Outcome, Emitter: "gateway" };

    private async Task GoodAsync(string tool, string arguments)
    {
        var answer = await _gateway.CallAsync(_sam.AccessToken, tool, arguments);
        Assert.True(answer is { Status: 200, Code: 0 }, answer.Body);
    }

    /// <summary>Until gateway and server have the outcome of each call on record: what comes later belongs to what is done later.</summary>
    private async Task SettledAsync(int calls)
    {
        var transaction = _sam.Claim("txn");
        await _trail.ReadAsync(all =>
            all.Count(record => record.Kind == AuditEventKind.Outcome && record.Transaction == transaction) == 2 * calls);
    }

    /// <summary>Holds the write lock of the broker's database: nothing can be published until it is given back.</summary>
    private async Task<SqliteConnection> LockBrokerAsync()
    {
        McpMesh.Sqlite.SystemSqlite.Use();
        var connection = new SqliteConnection($"Data Source={Path.Combine(Mesh.Data, "pubsub.db")};Pooling=False");
        await connection.OpenAsync();
        await using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync();
        return connection;
    }
}
