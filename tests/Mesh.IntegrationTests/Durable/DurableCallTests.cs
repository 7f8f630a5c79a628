using System.Text.Json;
using McpMesh.IntegrationTests.BadInput;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.Durable;

/// <summary>A call that has an effect belongs to no gateway (design section 7).</summary>
public sealed class DurableCallTests(DurableMesh durable) : IClassFixture<DurableMesh>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Calls_with_one_key_are_one_call_and_other_arguments_conflict()
    {
        var what = Unique();
        var held = durable.Effects.Hold(what);
        using var agent = Agent();
        using var other = Agent();
        var first = CallAsync(agent, "effects.act", what, key: what);
        await held.Arrived.WaitAsync(Patience);
        var second = CallAsync(other, "effects.act", what, key: what);
        held.Release();

        Assert.Equal(what + " 1", (await first).Text);
        Assert.Equal(what + " 1", (await second).Text);
        Assert.Equal(what + " 1", (await CallAsync(agent, "effects.act", what, key: what)).Text);
        Assert.Equal(1, durable.Effects.EffectsOf(what));
        Assert.Equal(4090, (await CallAsync(agent, "effects.act", Unique(), key: what)).Code);
    }

    [Fact]
    public async Task Equal_calls_whose_streams_stand_are_calls_of_their_own()
    {
        var what = Unique();
        using var agent = Agent();
        using var other = Agent();
        var held = durable.Effects.Hold(what);
        var first = CallAsync(agent, "effects.act", what);
        await held.Arrived.WaitAsync(Patience);
        var second = CallAsync(other, "effects.act", what);
        held.Release();

        string?[] texts = [(await first).Text, (await second).Text, (await CallAsync(agent, "effects.act", what)).Text];
        Assert.Equal([what + " 1", what + " 2", what + " 3"], texts.Order());
        Assert.Equal(3, durable.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task An_agent_that_lost_its_stream_and_asks_again_gets_the_result_of_the_same_call()
    {
        var what = Unique();
        var held = durable.Effects.Hold(what);
        using (var lost = Agent())
        {
            _ = CallAsync(lost, "effects.act", what).ContinueWith(call => call.Exception, TaskScheduler.Default);
            await held.Arrived.WaitAsync(Patience);
        }

        using var agent = Agent();
        var again = CallAsync(agent, "effects.act", what);
        held.Release();
        Assert.Equal(what + " 1", (await again).Text);
        Assert.Equal(1, durable.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task When_the_gateways_die_over_a_foreign_servers_call_its_outcome_is_unknown_and_it_is_not_repeated()
    {
        var what = Unique();
        var held = durable.Effects.Hold(what);
        using (var lost = Agent())
        {
            var call = CallAsync(lost, "effects.act", what);
            await held.Arrived.WaitAsync(Patience);
            await KillGatewaysAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
        }

        held.Release();
        Assert.Equal(4091, (await AskAgainAsync("effects.act", what)).Code);
        Assert.Equal(1, durable.Effects.EffectsOf(what));
    }

    [Fact]
    public async Task When_the_gateways_die_over_an_idempotent_tools_call_it_is_made_again()
    {
        var what = Unique();
        var held = durable.Effects.Hold(what);
        using (var lost = Agent())
        {
            var call = CallAsync(lost, "effects.put", what);
            await held.Arrived.WaitAsync(Patience);
            await KillGatewaysAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => call);
        }

        held.Release();
        Assert.StartsWith(what, (await AskAgainAsync("effects.put", what)).Text, StringComparison.Ordinal);
    }

    private async Task KillGatewaysAsync()
    {
        foreach (var gateway in MeshProcesses.Of(durable.Mesh, "gateway")) await MeshProcesses.KillAsync(gateway);
    }

    /// <summary>As a client of MCP 2026-07-28 does: the same request anew, until somebody takes it.</summary>
    private async Task<McpAnswer> AskAgainAsync(string tool, string what)
    {
        await durable.Mesh.App.ResourceNotifications.WaitForResourceHealthyAsync("gateway").WaitAsync(Patience);
        for (var until = DateTimeOffset.UtcNow + Patience; ;)
        {
            using var agent = Agent();
            try
            {
                if (await CallAsync(agent, tool, what) is { Status: < 500 } answer) return answer;
            }
            catch (HttpRequestException) when (DateTimeOffset.UtcNow < until)
            {
                // The balancer has not noticed yet, or nobody is back.
            }

            if (DateTimeOffset.UtcNow > until) throw new TimeoutException("No gateway answered.");
            await Task.Delay(100);
        }
    }

    private McpCaller Agent() => new(new Uri(durable.Mesh.Gateway, "/mcp"));

    private Task<McpAnswer> CallAsync(McpCaller agent, string tool, string what, string? key = null) => agent.PostAsync(
        durable.Token, McpCaller.ToolCall(tool, JsonSerializer.Serialize(new { what })), "tools/call", tool,
        request =>
        {
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
        });

    private static string Unique() => $"effect-{Guid.NewGuid():N}";
}
