using McpMesh.Identity.Hops;
using McpMesh.Identity.Tests.Harness;

namespace McpMesh.Identity.Tests.Hops;

public sealed class HopTokenSourceTests
{
    private readonly ManualClock _clock = new();
    private readonly ScriptedExchange _exchange;
    private readonly HopTokenSource _source;

    public HopTokenSourceTests()
    {
        _exchange = new(_clock);
        _source = new(_exchange, _clock);
    }

    [Fact]
    public async Task One_exchange_serves_many_calls()
    {
        var first = await GetAsync();
        var second = GetAsync();
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Same(first, await second);
        Assert.Equal(1, _exchange.Asked);
    }

    [Fact]
    public async Task Fifty_callers_at_once_make_one_exchange()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _exchange.Gate = gate.Task;
        var calls = Enumerable.Range(0, 50).Select(_ => GetAsync().AsTask()).ToArray();
        gate.SetResult();
        Assert.Single((await Task.WhenAll(calls)).Distinct());
        Assert.Equal(1, _exchange.Asked);
    }

    [Fact]
    public async Task Another_token_resource_or_scope_is_another_exchange()
    {
        await GetAsync();
        await GetAsync(resource: "https://other.example/mcp");
        await GetAsync(scope: "logs.debug.write");
        await GetAsync(tokenId: "token-2");
        Assert.Equal(4, _exchange.Asked);
    }

    [Fact]
    public async Task A_token_is_renewed_ahead_while_the_present_one_serves()
    {
        var first = await GetAsync();
        _clock.Advance(TimeSpan.FromMinutes(8));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_exchange.Gate, _exchange.NextRequest) = (gate.Task, new(TaskCreationOptions.RunContinuationsAsynchronously));
        var during = GetAsync();
        Assert.True(during.IsCompletedSuccessfully);
        Assert.Same(first, await during);
        await _exchange.NextRequest.Task;
        gate.SetResult();
        // The renewal under way is joined once the present token is over.
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("hop-2", (await GetAsync()).TokenId);
        Assert.Equal(2, _exchange.Asked);
    }

    [Fact]
    public async Task A_renewal_that_fails_does_not_fail_the_call()
    {
        var first = await GetAsync();
        _clock.Advance(TimeSpan.FromMinutes(9));
        _exchange.Refusal = new("temporarily_unavailable", "down");
        Assert.Same(first, await GetAsync());
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<HopTokenException>(async () => await GetAsync());
        _exchange.Refusal = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotSame(first, await GetAsync());
    }

    [Fact]
    public async Task An_outage_refused_nobody_and_the_next_call_asks_again_at_once()
    {
        _exchange.Refusal = new("temporarily_unavailable", "down");
        await Assert.ThrowsAsync<HopTokenException>(async () => await GetAsync());
        _exchange.Refusal = null;
        Assert.NotNull(await GetAsync());
    }

    [Fact]
    public async Task A_refusal_is_kept_for_a_second()
    {
        _exchange.Refusal = new("login_required", "sign in", new Uri("https://as.example/sign-in"));
        for (var call = 0; call < 10; call++)
        {
            var refusal = await Assert.ThrowsAsync<HopTokenException>(async () => await GetAsync());
            Assert.Equal("login_required", refusal.Error);
            Assert.NotNull(refusal.SignInUrl);
        }

        Assert.Equal(1, _exchange.Asked);
        _exchange.Refusal = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("hop-2", (await GetAsync()).TokenId);
    }

    [Fact]
    public async Task A_caller_that_goes_away_takes_no_one_with_it()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _exchange.Gate = gate.Task;
        using var gone = new CancellationTokenSource();
        var leaving = GetAsync(cancellationToken: gone.Token).AsTask();
        var staying = GetAsync().AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        gate.SetResult();
        Assert.Equal("hop-1", (await staying).TokenId);
    }

    [Fact]
    public async Task A_token_with_a_short_life_is_not_fetched_on_every_call()
    {
        _exchange.Life = TimeSpan.FromSeconds(30);
        await GetAsync();
        await GetAsync();
        Assert.Equal(1, _exchange.Asked);
    }

    private ValueTask<HopToken> GetAsync(
        string tokenId = "token-1", string resource = SampleToken.Resource, string scope = "logs.read",
        CancellationToken cancellationToken = default) =>
        _source.GetAsync(SampleToken.At(_clock.GetUtcNow()) with { TokenId = tokenId }, "inbound", resource, scope, cancellationToken);
}
