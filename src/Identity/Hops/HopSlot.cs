namespace McpMesh.Identity.Hops;

/// <summary>
/// The token of one <see cref="HopKey"/>: at most one request is under way; while a present token is still good, a renewal runs behind it.
/// </summary>
internal sealed class HopSlot(IHopTokenClient client, TimeProvider time)
{
    private static readonly TimeSpan RenewAhead = TimeSpan.FromSeconds(60);
    private const string Outage = "temporarily_unavailable";

    private static readonly TimeSpan RefusalLasts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExchangeTimeout = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private volatile HopLease? _lease;
    private Task<HopToken>? _flight;
    private HopTokenException? _refusal;
    private DateTimeOffset _refusedAt;

    public ValueTask<HopToken> GetAsync(HopTokenRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var present = _lease;
        if (present is not null && now < present.RenewFrom) return new(present.Token);
        if (present is not null && now < present.Token.ExpiresAt)
        {
            _ = Fly(request, now, observe: true);
            return new(present.Token);
        }

        return new(Fly(request, now, observe: false).WaitAsync(cancellationToken));
    }

    private Task<HopToken> Fly(HopTokenRequest request, DateTimeOffset now, bool observe)
    {
        lock (_gate)
        {
            // A refusal is kept for a moment so that a burst of calls does not become a burst of exchanges. An outage refused nobody: who
            // needs a token asks again at once, and only renewals, which can wait, do so.
            if (_refusal is not null && now - _refusedAt < RefusalLasts)
            {
                if (observe) return Task.FromResult(_lease!.Token);
                if (_refusal.Error != Outage) return Task.FromException<HopToken>(_refusal);
            }

            _flight ??= Task.Run(() => ExchangeAsync(request), CancellationToken.None);
            // A failed renewal is no fault of the call that set it off: its token is still good.
            if (observe) _ = _flight.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
            return _flight;
        }
    }

    // Not bound to any one caller's cancellation: the others wait for the same answer.
    private async Task<HopToken> ExchangeAsync(HopTokenRequest request)
    {
        using var timeout = new CancellationTokenSource(ExchangeTimeout, time);
        HopLease? renewed = null;
        HopTokenException? refused = null;
        try
        {
            var asked = time.GetUtcNow();
            var token = await client.ExchangeAsync(request, timeout.Token).ConfigureAwait(false);
            renewed = HopLease.Of(token, asked, RenewAhead);
            return token;
        }
        catch (HopTokenException exception)
        {
            refused = exception;
            throw;
        }
        catch (OperationCanceledException exception)
        {
            refused = new(Outage, "Token exchange did not answer in time.", inner: exception);
            throw refused;
        }
        finally
        {
            lock (_gate)
            {
                if (renewed is not null) _lease = renewed;
                (_refusal, _refusedAt) = (refused, time.GetUtcNow());
                _flight = null;
            }
        }
    }
}
