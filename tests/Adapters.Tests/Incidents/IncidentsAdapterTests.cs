using System.Collections.Concurrent;
using System.Text.Json;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Incidents;
using McpMesh.Adapters.Mcp;
using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Configuration;
using McpMesh.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpMesh.Adapters.Tests.Incidents;

public sealed class IncidentsAdapterTests(SidecarServer sidecar) : IClassFixture<SidecarServer>
{
    private const string Trigger = """{"title":"Checkout fails","severity":"high","service":"checkout","description":"pool exhausted"}""";

    [Fact]
    public async Task A_triggered_incident_can_be_got()
    {
        await using var host = await StartAsync();
        var triggered = Structured(await host.CallAsync("trigger", Trigger));
        var id = triggered.GetProperty("id").GetString();
        var got = Structured(await host.CallAsync("get", $$"""{"incidentId":"{{id}}"}"""));
        Assert.Equal("Checkout fails", got.GetProperty("title").GetString());
        Assert.Equal("u-sam", got.GetProperty("triggeredBy").GetString());
        Assert.Equal("txn-1", got.GetProperty("transaction").GetString());
    }

    [Fact]
    public async Task Twenty_parallel_calls_with_one_key_make_one_incident()
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.CallAsync("trigger", WithKey(Trigger, key))));
        Assert.All(results, result =>
            Assert.False(result.TryGetProperty("isError", out var failed) && failed.GetBoolean(), result.GetRawText()));
        Assert.Single(results.Select(result => Structured(result).GetRawText()).Distinct());
    }

    [Fact]
    public async Task The_same_key_with_other_arguments_is_a_conflict_and_changes_nothing()
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        var first = Structured(await host.CallAsync("trigger", WithKey(Trigger, key)));
        var second = await host.CallAsync("trigger", WithKey(Trigger.Replace("high", "low", StringComparison.Ordinal), key));
        Assert.True(second.GetProperty("isError").GetBoolean());
        var got = Structured(await host.CallAsync("get", $$"""{"incidentId":"{{first.GetProperty("id").GetString()}}"}"""));
        Assert.Equal("high", got.GetProperty("severity").GetString());
    }

    [Fact]
    public async Task The_key_may_come_in_the_metadata_and_belongs_to_its_subject()
    {
        await using var host = await StartAsync();
        var key = Guid.NewGuid().ToString();
        Assert.Equal(await IdAsync(host, key, null), await IdAsync(host, key, null));
        Assert.NotEqual(await IdAsync(host, key, null), await IdAsync(host, key, host.Token("u-other")));
        Assert.NotEqual(await IdAsync(host, null, null), await IdAsync(host, null, null));
    }

    [Theory]
    [InlineData("""{"severity":"high","service":"x"}""", "title: is required.")]
    [InlineData("""{"title":"t","severity":"urgent","service":"x"}""", "severity: must be one of critical, high, medium, low.")]
    [InlineData("""{"title":7,"severity":"high","service":"x"}""", "title: must be a string.")]
    [InlineData("""{"title":"t","severity":"high","service":"x","assignee":"me"}""",
        "assignee: is not an argument of this tool; it has title, severity, service, description, idempotencyKey.")]
    public async Task A_wrong_argument_is_named(string arguments, string message)
    {
        await using var host = await StartAsync();
        var result = await host.CallAsync("trigger", arguments);
        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.Equal(message, result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("INC-NONE")]
    [InlineData("../state")]
    [InlineData("a||b")]
    public async Task An_unknown_incident_is_said_so(string id)
    {
        await using var host = await StartAsync();
        var result = await host.CallAsync("get", $$"""{"incidentId":"{{id}}"}""");
        Assert.Equal("incidentId: there is no such incident.", result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_summary_carries_the_figures_read_over_a_hop_with_its_own_token()
    {
        await using var analytics = await AnalyticsHost.StartAsync();
        var tokens = new RecordingHopTokens(analytics.Host.Served.Resource);
        await using var host = await StartAsync(Hop(analytics, tokens));
        var id = Structured(await host.CallAsync("trigger", Trigger)).GetProperty("id").GetString();
        var inbound = host.Token();
        var posted = Structured(await host.CallAsync(
            "summary.post",
            $$"""{"incidentId":"{{id}}","summary":"Rolled back.","from":"2026-11-19T14:02:00Z","to":"2026-11-19T14:41:00Z"}""", inbound));
        var figures = posted.GetProperty("figures");
        Assert.Equal((3, 2), (figures.GetProperty("orders").GetInt32(), figures.GetProperty("failedOrders").GetInt32()));
        Assert.Equal(30.50m, figures.GetProperty("lostRevenue").GetDecimal());
        Assert.Equal([("https://analytics.mesh.example/mcp", "analytics.query", inbound)], tokens.Asked);
        Assert.Equal("analytics.query", (await analytics.Host.Audit.WaitForAsync(2))[0].Method);
        Assert.Equal(["incidents", "gateway", "sample-agent"], analytics.Host.Audit.Events[0].Actors.ToArray());
        Assert.Single(Structured(await host.CallAsync("get", $$"""{"incidentId":"{{id}}"}""")).GetProperty("summaries").EnumerateArray());
    }

    [Fact]
    public async Task A_hop_that_is_denied_posts_nothing_and_says_why()
    {
        await using var analytics = await AnalyticsHost.StartAsync();
        await using var host = await StartAsync(Hop(analytics, new RecordingHopTokens(analytics.Host.Served.Resource, group: "none")));
        var id = Structured(await host.CallAsync("trigger", Trigger)).GetProperty("id").GetString();
        var result = await host.CallAsync("summary.post", $$"""{"incidentId":"{{id}}","summary":"x"}""");
        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.StartsWith(
            "analytics.query was refused:", result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Empty(Structured(await host.CallAsync("get", $$"""{"incidentId":"{{id}}"}""")).GetProperty("summaries").EnumerateArray());
    }

    [Fact]
    public async Task A_hop_without_a_token_posts_nothing_and_says_why()
    {
        await using var analytics = await AnalyticsHost.StartAsync();
        await using var host = await StartAsync(Hop(analytics, new RecordingHopTokens(null)));
        var id = Structured(await host.CallAsync("trigger", Trigger)).GetProperty("id").GetString();
        var result = await host.CallAsync("summary.post", $$"""{"incidentId":"{{id}}","summary":"x"}""");
        Assert.Equal(
            "No token for analytics.query (invalid_target): not allowed", result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Twenty_parallel_summaries_are_all_kept_and_one_key_posts_once()
    {
        await using var host = await StartAsync();
        var id = Structured(await host.CallAsync("trigger", Trigger)).GetProperty("id").GetString();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => host.CallAsync(
            "summary.post", $$"""{"incidentId":"{{id}}","summary":"{{number % 10}}","idempotencyKey":"{{number % 10}}"}""")));
        var summaries = Structured(await host.CallAsync("get", $$"""{"incidentId":"{{id}}"}""")).GetProperty("summaries").EnumerateArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"{number}"),
            summaries.Select(summary => summary.GetProperty("text").GetString()).Order());
    }

    private static string WithKey(string arguments, string key) => $$"""{{arguments[..^1]}},"idempotencyKey":"{{key}}"}""";

    private static JsonElement Structured(JsonElement result) =>
        result.TryGetProperty("structuredContent", out var structured)
            ? structured
            : throw new InvalidOperationException(result.GetRawText());

    private static async Task<string?> IdAsync(AdapterHost host, string? key, string? token)
    {
        var meta = key is null ? "" : $$""" "dev.mcpmesh/idempotencyKey":"{{key}}", """;
        var parameters = $$$"""
            {"name":"trigger","arguments":{{{Trigger}}},"_meta":{ {{{meta}}}
            "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} }}
            """;
        var message = await host.SendAsync(host.Request("tools/call", parameters, "trigger", token));
        return Structured(message.GetProperty("result")).GetProperty("id").GetString();
    }

    private static NextHop Hop(AnalyticsHost analytics, IHopTokenSource tokens) =>
        new(new HttpClient { BaseAddress = analytics.Host.Address }, tokens, analytics.Host.Served.Server, "analytics", "query");

    private Task<AdapterHost> StartAsync(NextHop? hop = null) => AdapterHost.StartAsync(
        "incidents",
        new AdapterConfiguration { Kind = "incidents" },
        ["trigger", "summary.post", "get"],
        services => services.TryAddSingleton(sidecar.Dapr),
        replace: services => services.AddSingleton<IAdapter>(new IncidentsAdapter(
            new IncidentStore(sidecar.Dapr), hop is null ? new NoFigures() : new AnalyticsOrderFigures(hop), TimeProvider.System)));

    private sealed class NoFigures : IOrderFigures
    {
        public ValueTask<OrderFigures> ReadAsync(
            Caller caller, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new OrderFigures(null, null, 0, 0, 0));
    }

    private sealed class RecordingHopTokens(string? resource, string group = "all") : IHopTokenSource
    {
        public ConcurrentQueue<(string Resource, string Scope, string Inbound)> Asked { get; } = new();

        public ValueTask<HopToken> GetAsync(
            AccessToken inbound, string inboundCompact, string asked, string scope, CancellationToken cancellationToken)
        {
            Asked.Enqueue((asked, scope, inboundCompact));
            if (resource is null) throw new HopTokenException("invalid_target", "not allowed");
            var compact = ReadableTokenValidator.Write(
                resource, inbound.Subject, scope, group, "incidents,gateway,sample-agent", "incidents");
            return ValueTask.FromResult(new HopToken(compact, "hop-1", DateTimeOffset.UtcNow.AddMinutes(5)));
        }

        public ValueTask<Delegation> DelegateAsync(AccessToken inbound, string inboundCompact, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("An adapter delegates nothing.");

        public ValueTask<HopToken> GetAsync(Delegation delegation, string asked, string scope, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("An adapter delegates nothing.");
    }
}
