using McpMesh.Identity.Hops;
using McpMesh.Identity.Tests.Harness;

namespace McpMesh.Identity.Tests.Hops;

public sealed class DelegationTests
{
    private readonly ManualClock _clock = new();
    private readonly ScriptedExchange _exchange;
    private readonly HopTokenSource _source;

    public DelegationTests()
    {
        _exchange = new(_clock);
        _source = new(_exchange, _clock);
    }

    [Fact]
    public async Task One_delegation_serves_every_call_of_a_token()
    {
        var first = await DelegateAsync();
        var second = DelegateAsync();
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Same(first, await second);
        Assert.NotSame(first, await DelegateAsync("token-2"));
        Assert.Equal(2, _exchange.Asked);
    }

    [Fact]
    public async Task Fifty_callers_at_once_make_one_delegation_and_one_that_leaves_takes_nobody_with_it()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _exchange.Gate = gate.Task;
        using var gone = new CancellationTokenSource();
        var leaving = DelegateAsync(cancellationToken: gone.Token).AsTask();
        var calls = Enumerable.Range(0, 50).Select(_ => DelegateAsync().AsTask()).ToArray();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        gate.SetResult();
        Assert.Single((await Task.WhenAll(calls)).Distinct());
        Assert.Equal(1, _exchange.Asked);
    }

    [Fact]
    public async Task A_delegation_whose_session_ended_is_not_handed_out_again()
    {
        _exchange.SessionLife = TimeSpan.FromMinutes(1);
        await DelegateAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("handle-2", (await DelegateAsync()).Handle);
    }

    [Fact]
    public async Task A_refusal_is_kept_for_a_second_and_an_outage_is_not()
    {
        _exchange.Refusal = new("login_required", "sign in", new Uri("https://as.example/sign-in"));
        for (var call = 0; call < 5; call++)
        {
            var refusal = await Assert.ThrowsAsync<HopTokenException>(async () => await DelegateAsync());
            Assert.Equal("login_required", refusal.Error);
        }

        Assert.Equal(1, _exchange.Asked);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _exchange.Refusal = new("temporarily_unavailable", "down");
        await Assert.ThrowsAsync<HopTokenException>(async () => await DelegateAsync());
        _exchange.Refusal = null;
        Assert.Equal("handle-3", (await DelegateAsync()).Handle);
    }

    [Fact]
    public async Task A_hop_token_of_a_delegation_is_cached_and_renewed_long_after_the_inbound_token()
    {
        var delegation = await DelegateAsync();
        var first = await GetAsync(delegation);
        Assert.Same(first, await GetAsync(delegation));
        Assert.Equal(new HopTokenRequest(delegation.Handle, SampleToken.Resource, "logs.read", SubjectTokenType.Delegation),
            Assert.Single(_exchange.Requests));
        _clock.Advance(TimeSpan.FromHours(11));
        Assert.NotSame(first, await GetAsync(delegation));
        Assert.Equal(2, _exchange.Requests.Count);
    }

    [Fact]
    public async Task Another_delegation_resource_or_scope_is_another_exchange()
    {
        var delegation = await DelegateAsync();
        await GetAsync(delegation);
        await GetAsync(delegation, resource: "https://other.example/mcp");
        await GetAsync(delegation, scope: "logs.debug.write");
        await GetAsync(new("another", delegation.ExpiresAt));
        Assert.Equal(4, _exchange.Requests.Count);
    }

    [Fact]
    public void A_delegation_does_not_tell_its_handle() =>
        Assert.DoesNotContain("secret-handle", $"{new Delegation("secret-handle", _clock.GetUtcNow())}", StringComparison.Ordinal);

    private ValueTask<Delegation> DelegateAsync(string tokenId = "token-1", CancellationToken cancellationToken = default) =>
        _source.DelegateAsync(SampleToken.At(_clock.GetUtcNow()) with { TokenId = tokenId }, "inbound", cancellationToken);

    private ValueTask<HopToken> GetAsync(Delegation delegation, string resource = SampleToken.Resource, string scope = "logs.read") =>
        _source.GetAsync(delegation, resource, scope, CancellationToken.None);
}
