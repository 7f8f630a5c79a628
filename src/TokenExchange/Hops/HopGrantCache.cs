using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.Sessions;

namespace McpMesh.TokenExchange.Hops;

/// <summary>
/// Redeemed ID-JAGs, since IdPs meter them: one request to the IdP at a time per key, renewed before the end, at most
/// <see cref="Capacity"/> entries.
/// </summary>
internal sealed class HopGrantCache(TokenPipeline pipeline, AccessTokenMint mint, TimeProvider time)
{
    private const int Capacity = 20_000;
    private static readonly TimeSpan RenewAhead = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<HopGrantKey, HopGrant> _grants = [];
    private readonly Dictionary<HopGrantKey, Task<HopGrant>> _flights = [];

    /// <summary>The grant for a hop of a live session.</summary>
    public async ValueTask<HopGrant> GetAsync(HopGrantKey key, SsoSession session, CancellationToken cancellationToken)
    {
        Task<HopGrant> flight;
        HopGrant? present;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_grants.TryGetValue(key, out present) && now < present.RenewFrom) return present;
            if (present is not null && now >= present.ExpiresAt) present = null;
            if (!_flights.TryGetValue(key, out flight!))
            {
                // Not bound to the caller: others wait for the same grant, and an ID-JAG that was paid for is kept.
                flight = Task.Run(() => FetchAsync(key, session), CancellationToken.None);
                _flights[key] = flight;
            }
        }

        return present ?? await flight.WaitAsync(cancellationToken);
    }

    private async Task<HopGrant> FetchAsync(HopGrantKey key, SsoSession session)
    {
        HopGrant? fetched = null;
        try
        {
            var asked = time.GetUtcNow();
            IdJag grant = await pipeline.GrantAsync(session, key.Resource, key.Scope, CancellationToken.None);
            // A token lives its full life when its grant is new, and shares the rest of that life when the grant is used again.
            var margin = TimeSpan.FromTicks(Math.Max(mint.Lifetime.Ticks / 5, Math.Min(RenewAhead.Ticks, mint.Lifetime.Ticks / 2)));
            return fetched = new(grant, asked + mint.Lifetime - margin, asked + mint.Lifetime);
        }
        finally
        {
            lock (_gate)
            {
                _flights.Remove(key);
                if (fetched is not null)
                {
                    if (_grants.Count >= Capacity) MakeRoom(time.GetUtcNow());
                    _grants[key] = fetched;
                }
            }
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (key, grant) in _grants)
        {
            if (grant.ExpiresAt <= now) _grants.Remove(key);
        }

        // Nothing has expired: begin anew rather than grow; the price is one ID-JAG per key in use.
        if (_grants.Count >= Capacity) _grants.Clear();
    }
}
