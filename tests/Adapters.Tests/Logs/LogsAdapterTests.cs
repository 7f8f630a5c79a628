using System.Text.Json;
using Dapr.Client;
using McpMesh.Adapters.Tests.Hosting;
using McpMesh.Adapters.Tests.Incidents;
using McpMesh.Adapters.Tests.Ledger;
using McpMesh.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.Adapters.Tests.Logs;

public sealed class LogsAdapterTests(SidecarServer sidecar) : IClassFixture<SidecarServer>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_is_a_read_only_tool_and_raising_a_level_is_not()
    {
        await using var host = await StartAsync();
        var tools = (await host.SendAsync(host.Request("tools/list"))).GetProperty("result").GetProperty("tools").EnumerateArray()
            .ToDictionary(tool => tool.GetProperty("name").GetString()!, tool =>
                tool.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean());
        Assert.Equal(new Dictionary<string, bool> { ["read"] = true, ["debug.write"] = false }, tools);
    }

    [Fact]
    public async Task A_read_returns_text_and_structured_entries()
    {
        _folder.File("logs/checkout/x.jsonl", "{\"time\":\"2026-11-19T14:02:03Z\",\"level\":\"error\",\"msg\":\"boom\"}\n");
        await using var host = await StartAsync();
        var result = await host.CallAsync("read", """{"level":"error"}""");
        var entry = Assert.Single(result.GetProperty("structuredContent").GetProperty("entries").EnumerateArray());
        Assert.Equal("checkout", entry.GetProperty("service").GetString());
        Assert.Contains("2026-11-19T14:02:03.000Z error checkout: boom (checkout/x.jsonl:0)",
            result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raised_level_shows_in_the_resource_and_in_the_file()
    {
        await using var host = await StartAsync();
        var result = await host.CallAsync("debug.write", """{"service":"checkout","minutes":5}""");
        var until = result.GetProperty("structuredContent").GetProperty("until").GetDateTimeOffset();
        Assert.InRange(until, DateTimeOffset.UtcNow.AddMinutes(4), DateTimeOffset.UtcNow.AddMinutes(5));

        var shown = JsonSerializer.Deserialize<JsonElement>(await LevelsAsync(host));
        Assert.Equal("debug", shown.GetProperty("services").GetProperty("checkout").GetProperty("level").GetString());
        var file = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "data", "levels.json")));
        Assert.Equal(until, file.GetProperty("services").GetProperty("checkout").GetProperty("until").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_raised_level_ends_by_itself()
    {
        var clock = new MovableClock { Now = DateTimeOffset.UtcNow };
        await using var host = await StartAsync(services => services.AddSingleton<TimeProvider>(clock));
        await host.CallAsync("debug.write", """{"service":"for-a-while","minutes":5}""");
        Assert.Contains("for-a-while", await LevelsAsync(host), StringComparison.Ordinal);

        clock.Now += TimeSpan.FromMinutes(5);

        Assert.DoesNotContain("for-a-while", await LevelsAsync(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Levels_raised_at_the_same_time_are_all_kept()
    {
        await using var host = await StartAsync();
        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => host.CallAsync("debug.write", $$"""{"service":"parallel-{{number}}"}""")));
        var file = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "data", "levels.json")));
        for (var number = 0; number < 8; number++) Assert.True(file.GetProperty("services").TryGetProperty($"parallel-{number}", out _));
    }

    [Fact]
    public async Task A_call_that_comes_again_after_a_crash_raises_until_the_first_time_and_not_over_a_later_call()
    {
        const string arguments = """{"service":"crashed","minutes":5}""";
        var (key, clock) = (Guid.NewGuid().ToString(), new MovableClock { Now = DateTimeOffset.UtcNow });
        var first = clock.Now.AddMinutes(5);
        void Clock(IServiceCollection services) => services.AddSingleton<TimeProvider>(clock);
        await using var faulty = await FaultySidecar.StartAsync(sidecar.Address);
        await using (var crashing = await StartAsync(Clock, faulty.Dapr))
        {
            faulty.Loses = "-result";
            Assert.True((await crashing.SendAsync(crashing.KeyedCall("debug.write", arguments, key))).TryGetProperty("error", out _));
        }
        await using var host = await StartAsync(Clock);
        Assert.Equal(first, await UntilAsync());
        clock.Now += TimeSpan.FromMinutes(1);
        await host.CallAsync("debug.write", """{"service":"crashed","level":"trace","minutes":3}""");
        var results = new List<JsonElement>();
        for (var repeat = 0; repeat < 2; repeat++)
        {
            clock.Now += TimeSpan.FromMinutes(1);
            results.Add((await host.SendAsync(host.KeyedCall("debug.write", arguments, key))).GetProperty("result"));
        }
        Assert.Equal(first, results[0].GetProperty("structuredContent").GetProperty("until").GetDateTimeOffset());
        Assert.Single(results.Select(result => result.GetRawText()).Distinct());
        Assert.Equal(first.AddMinutes(-1), await UntilAsync());

        async Task<DateTimeOffset> UntilAsync() => JsonSerializer.Deserialize<JsonElement>(await LevelsAsync(host))
            .GetProperty("services").GetProperty("crashed").GetProperty("until").GetDateTimeOffset();
    }

    [Theory]
    [InlineData("""{"service":"checkout","minutes":61}""", "minutes: must be a whole number from 1 to 60.")]
    [InlineData("""{"service":"../x"}""", "service: must consist of letters, digits, dots, dashes and underscores.")]
    [InlineData("""{"service":"checkout","level":"info"}""", "level: must be one of debug, trace.")]
    public async Task A_level_out_of_bounds_is_refused(string arguments, string message)
    {
        await using var host = await StartAsync();
        var result = await host.CallAsync("debug.write", arguments);
        Assert.Equal(message, result.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("""{"from":"yesterday"}""", "from")]
    [InlineData("""{"from":"2026-11-19T14:02:03"}""", "from")]
    [InlineData("""{"from":"2026-11-19T14:02:03Z","to":"2026-11-19T14:02:02Z"}""", "to")]
    [InlineData("""{"limit":0}""", "limit")]
    [InlineData("""{"level":"loud"}""", "level")]
    [InlineData("""{"files":["../x"]}""", "files")]
    [InlineData("""{"files":"x"}""", "files")]
    [InlineData("""{"cursor":"AAAA"}""", "cursor")]
    [InlineData("""{"matchCase":"yes"}""", "matchCase")]
    public async Task A_wrong_filter_is_named(string arguments, string field)
    {
        await using var host = await StartAsync();
        var result = await host.CallAsync("read", arguments);
        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.StartsWith(field + ":", result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    private static async Task<string> LevelsAsync(AdapterHost host)
    {
        var read = await host.SendAsync(host.Request("resources/read", """{"uri":"logs://levels"}""", "logs://levels"));
        return read.GetProperty("result").GetProperty("contents")[0].GetProperty("text").GetString()!;
    }

    private Task<AdapterHost> StartAsync(Action<IServiceCollection>? replace = null, DaprClient? dapr = null) => AdapterHost.StartAsync(
        "logs",
        new AdapterConfiguration { Kind = "logs", Files = [Path.Combine(_folder.Path, "logs", "**", "*")] },
        ["read", "debug.write"],
        services => services.AddSingleton(dapr ?? sidecar.Dapr),
        Path.Combine(_folder.Path, "data"),
        replace);
}
