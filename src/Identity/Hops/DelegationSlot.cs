namespace McpMesh.Identity.Hops;

/// <summary>
/// The delegation of one inbound token: at most one request is under way, and one answer serves every call of that token.
/// </summary>
internal sealed class DelegationSlot(IHopTokenClient client, TimeProvider time)
{
    private static readonly TimeSpan RefusalLasts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExchangeTimeout = TimeSpan.FromSeconds(30);
    private const string Outage = "temporarily_unavailable";

    private readonly Lock _gate = new();
    private volatile Delegation? _present;
    private Task<Delegation>? _flight;
    private HopTokenException? _refusal;
    private DateTimeOffset _refusedAt;

    public ValueTask<Delegation> GetAsync(string inboundCompact, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_present is { } present && now < present.ExpiresAt) return new(present);
        return new(Fly(inboundCompact, now).WaitAsync(cancellationToken));
    }

    private Task<Delegation> Fly(string inboundCompact, DateTimeOffset now)
    {
        lock (_gate)
        {
            // As for hop tokens: a burst of calls does not become a burst of requests, and an outage refused nobody.
            if (_refusal is { } refusal && refusal.Error != Outage && now - _refusedAt < RefusalLasts)
                return Task.FromException<Delegation>(refusal);
            return _flight ??= Task.Run(() => DelegateAsync(inboundCompact), CancellationToken.None);
        }
    }

    // Not bound to any one caller's cancellation: the others wait for the same answer.
    private async Task<Delegation> DelegateAsync(string inboundCompact)
    {
        using var timeout = new CancellationTokenSource(ExchangeTimeout, time);
        Delegation? made = null;
        HopTokenException? refused = null;
        try
        {
            return made = await client.DelegateAsync(inboundCompact, timeout.Token).ConfigureAwait(false);
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
                if (made is not null) _present = made;
                (_refusal, _refusedAt) = (refused, time.GetUtcNow());
                _flight = null;
            }
        }
    }
}
