using System.Text.Json;
using Dapr.Client;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Incidents;
using McpMesh.Adapters.Mcp;
using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Adapters.Tests.Incidents;
using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.Adapters.Tests.Ledger;

/// <summary>A call id that comes again: one effect, one result.</summary>
public sealed class CallLedgerTests(SidecarServer sidecar) : IClassFixture<SidecarServer>
{
    private const string ResultKey = "-result";
    private const string Progress = "\"progressToken\":\"p\",";

    private readonly string _title = $"Checkout fails {Guid.NewGuid()}";
    private readonly string _key = Guid.NewGuid().ToString();

    private string Arguments => $$"""{"title":"{{_title}}","severity":"high","service":"checkout"}""";

    [Fact]
    public async Task The_same_key_twice_makes_one_effect_and_the_results_are_equal_to_the_byte()
    {
        await using var host = await StartAsync();
        var first = await ResultAsync(host, Arguments, _key);
        await using var another = await StartAsync();
        Assert.Equal(first, await ResultAsync(another, Arguments, _key));
        Assert.Equal(1, await IncidentsAsync());
        var events = await another.Audit.WaitForAsync(2);
        Assert.Equal([AuditEventKind.Intent, AuditEventKind.Outcome], events.Select(record => record.Kind));
        Assert.Equal(("success", "answered from the record of the first call; no effect"), (events[1].Outcome, events[1].Reason));
        Assert.Null((await host.Audit.WaitForAsync(2))[1].Reason);
    }

    [Fact]
    public async Task Twenty_in_parallel_on_two_instances_make_one_effect_and_one_result()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(number => ResultAsync(number % 2 == 0 ? one : two, Arguments, _key)));
        Assert.Single(results.Distinct());
        Assert.Equal(1, await IncidentsAsync());
    }

    [Fact]
    public async Task Other_arguments_under_the_key_are_a_conflict_and_nothing_is_done()
    {
        await using var host = await StartAsync();
        await ResultAsync(host, Arguments, _key);
        var message = await host.SendAsync(host.KeyedCall("trigger", Arguments.Replace("high", "low", StringComparison.Ordinal), _key));
        var error = message.GetProperty("error");
        Assert.Equal(MeshErrorCode.IdempotencyConflict, error.GetProperty("code").GetInt32());
        Assert.Equal("txn-1", error.GetProperty("data").GetProperty("txn").GetString());
        Assert.Contains("nothing was done", error.GetProperty("data").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await IncidentsAsync());
        Assert.Equal("failed", (await host.Audit.WaitForAsync(4))[3].Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_between_effect_and_record_leaves_one_effect(bool isAnswerLost)
    {
        await using var faulty = await FaultySidecar.StartAsync(sidecar.Address);
        await using (var crashing = await StartAsync(faulty.Dapr))
        {
            if (isAnswerLost) faulty.LosesAnswerOf = ResultKey;
            else faulty.Loses = ResultKey;
            var message = await crashing.SendAsync(crashing.KeyedCall("trigger", Arguments, _key));
            // A record that is kept counts, although its first answer was lost.
            Assert.Equal(isAnswerLost, message.TryGetProperty("result", out _));
            if (!isAnswerLost)
                Assert.Equal(MeshErrorCode.ServerUnavailable, message.GetProperty("error").GetProperty("code").GetInt32());
        }
        Assert.Equal(1, await IncidentsAsync());
        await using var host = await StartAsync();
        var again = await ResultAsync(host, Arguments, _key);
        Assert.Equal(again, await ResultAsync(host, Arguments, _key));
        Assert.Equal(1, await IncidentsAsync());
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_reached_lets_nothing_happen()
    {
        await using var faulty = await FaultySidecar.StartAsync(sidecar.Address);
        await using var host = await StartAsync(faulty.Dapr);
        faulty.Loses = "call-";
        var message = await host.SendAsync(host.KeyedCall("trigger", Arguments, _key));
        Assert.Equal(MeshErrorCode.ServerUnavailable, message.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(1000, message.GetProperty("error").GetProperty("data").GetProperty("retryAfterMs").GetInt32());
        Assert.Equal(0, await IncidentsAsync());
        faulty.Loses = null;
        await ResultAsync(host, Arguments, _key);
        Assert.Equal(1, await IncidentsAsync());
    }

    [Fact]
    public async Task A_summary_is_posted_once_also_after_a_crash_between_effect_and_record()
    {
        await using var faulty = await FaultySidecar.StartAsync(sidecar.Address);
        await using var crashing = await StartAsync(faulty.Dapr);
        using var triggered = JsonDocument.Parse(await ResultAsync(crashing, Arguments, _key));
        var id = triggered.RootElement.GetProperty("structuredContent").GetProperty("id").GetString();
        var summary = $$"""{"incidentId":"{{id}}","summary":"Rolled back."}""";
        faulty.Loses = ResultKey;
        var lost = await crashing.SendAsync(crashing.KeyedCall("summary.post", summary, _key));
        Assert.True(lost.TryGetProperty("error", out _));
        await using var host = await StartAsync();
        var posted = Assert.Single(await SummariesAsync());
        var again = await ResultAsync(host, summary, _key, "summary.post");
        Assert.Contains(posted.GetProperty("id").GetString()!, again, StringComparison.Ordinal);
        Assert.Equal(again, await ResultAsync(host, summary, _key, "summary.post"));
        Assert.Single(await SummariesAsync());

        async Task<IEnumerable<JsonElement>> SummariesAsync() => (await host.CallAsync("get", $$"""{"incidentId":"{{id}}"}"""))
            .GetProperty("structuredContent").GetProperty("summaries").EnumerateArray().ToArray();
    }

    [Fact]
    public async Task The_record_is_bound_to_the_user()
    {
        await using var host = await StartAsync();
        var mine = await ResultAsync(host, Arguments, _key);
        var other = await host.SendAsync(host.KeyedCall("trigger", Arguments, _key, host.Token("u-other")));
        Assert.NotEqual(mine, other.GetProperty("result").GetRawText());
        Assert.Equal(2, await IncidentsAsync());
    }

    [Fact]
    public async Task A_tool_that_reads_leaves_no_record()
    {
        await using var host = await StartAsync();
        using var triggered = JsonDocument.Parse(await ResultAsync(host, Arguments, _key));
        var id = triggered.RootElement.GetProperty("structuredContent").GetProperty("id").GetString();
        var before = await sidecar.ReadStateAsync("call-");
        await ResultAsync(host, $$"""{"incidentId":"{{id}}"}""", Guid.NewGuid().ToString(), "get");
        Assert.Equal(before.Keys.Order(), (await sidecar.ReadStateAsync("call-")).Keys.Order());
    }

    [Fact]
    public async Task A_refusal_of_arguments_is_the_result_of_its_key_too()
    {
        await using var host = await StartAsync();
        const string wrong = """{"title":"t","severity":"urgent","service":"x"}""";
        var first = await ResultAsync(host, wrong, _key);
        Assert.Contains("severity: must be one of", first, StringComparison.Ordinal);
        Assert.Equal(first, await ResultAsync(host, wrong, _key));
        Assert.Equal("failed", (await host.Audit.WaitForAsync(4))[3].Outcome);
    }

    [Fact]
    public async Task The_key_in_the_arguments_names_the_incident_and_the_key_of_the_call_its_result()
    {
        await using var host = await StartAsync();
        var named = $$"""{{Arguments[..^1]}},"idempotencyKey":"{{Guid.NewGuid()}}"}""";
        var first = await ResultAsync(host, named, _key);
        var second = await ResultAsync(host, named, Guid.NewGuid().ToString());
        Assert.Equal(first, second);
        Assert.Equal(1, await IncidentsAsync());
    }

    [Fact]
    public async Task The_header_is_the_key_where_meta_has_none_and_must_not_differ_from_it()
    {
        await using var host = await StartAsync();
        var first = await ResultAsync(host, Arguments, _key);
        var parameters = $$"""{"name":"trigger","arguments":{{Arguments}}}""";
        foreach (var spelling in new[] { _key, $"\"{_key}\"" })
        {
            using var request = host.Request("tools/call", parameters, "trigger");
            request.Headers.Add("Idempotency-Key", spelling);
            Assert.Equal(first, (await host.SendAsync(request)).GetProperty("result").GetRawText());
        }
        using var both = host.KeyedCall("trigger", Arguments, _key);
        both.Headers.Add("Idempotency-Key", "another");
        var refused = await host.SendAsync(both);
        Assert.Equal("Idempotency-Key: differs from the key in _meta.", refused.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(1, await IncidentsAsync());
    }

    [Fact]
    public async Task A_cancelled_call_is_not_recorded_and_runs_when_it_comes_again()
    {
        await using var slow = await StartAsync(switches: new TestSwitches { EffectDelay = TimeSpan.FromMinutes(10) });
        using (var gone = new CancellationTokenSource())
        {
            using var request = slow.KeyedCall("trigger", Arguments, _key, meta: Progress);
            using var response = await slow.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(gone.Token));
            string? line;
            do line = await reader.ReadLineAsync(gone.Token);
            while (line is not null && !line.Contains("notifications/progress", StringComparison.Ordinal));
            Assert.NotNull(line);
            await gone.CancelAsync();
        }
        Assert.Equal("cancelled", (await slow.Audit.WaitForAsync(2))[1].Outcome);
        Assert.Equal(0, await IncidentsAsync());
        await using var host = await StartAsync();
        await ResultAsync(host, Arguments, _key);
        Assert.Equal(1, await IncidentsAsync());
    }

    [Fact]
    public async Task Without_deduplication_every_call_makes_a_new_effect()
    {
        await using var host = await StartAsync(switches: new TestSwitches { NoDeduplication = true });
        var named = $$"""{{Arguments[..^1]}},"idempotencyKey":"{{_key}}"}""";
        await ResultAsync(host, named, _key);
        await ResultAsync(host, named, _key);
        Assert.Equal(2, await IncidentsAsync());
    }

    private static async Task<string> ResultAsync(AdapterHost host, string arguments, string key, string tool = "trigger")
    {
        var message = await host.SendAsync(host.KeyedCall(tool, arguments, key));
        return message.TryGetProperty("result", out var result)
            ? result.GetRawText()
            : throw new InvalidOperationException(message.GetRawText());
    }

    private async Task<int> IncidentsAsync() =>
        (await sidecar.ReadStateAsync("incident-")).Values.Count(value => value.Contains(_title, StringComparison.Ordinal));

    private Task<AdapterHost> StartAsync(DaprClient? dapr = null, TestSwitches? switches = null) => AdapterHost.StartAsync(
        "incidents",
        new AdapterConfiguration { Kind = "incidents" },
        ["trigger", "summary.post", "get"],
        services => services.AddSingleton(dapr ?? sidecar.Dapr),
        replace: services => services.AddSingleton<IAdapter>(
            new IncidentsAdapter(new IncidentStore(dapr ?? sidecar.Dapr), new NoFigures(), TimeProvider.System)),
        switches: switches);

    private sealed class NoFigures : IOrderFigures
    {
        public ValueTask<OrderFigures> ReadAsync(
            Caller caller, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new OrderFigures(null, null, 0, 0, 0));
    }
}
