using System.Globalization;
using Dapr;
using Dapr.Client;

namespace McpMesh.Adapters.Ledger;

/// <summary>
/// What calls with an idempotency key came to, in Dapr state. A call is claimed before it runs and closed after it; both are first-writes, so
/// of concurrent equal calls one result counts. A crash between the two leaves a claim: the call runs again, and its tool must make the
/// effect of the same key only once.
/// </summary>
internal sealed class CallLedger(Func<DaprClient> dapr)
{
    private const string StateStore = "statestore";
    private static readonly StateOptions FirstWrite =
        new() { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };
    private static readonly Dictionary<string, string> ResultLife = Life(TimeSpan.FromHours(24));
    // A result never outlives its claim: a new claim would find it and answer other arguments with it.
    private static readonly Dictionary<string, string> ClaimLife = Life(TimeSpan.FromHours(25));

    /// <summary>Claims a call; its result when it has one already.</summary>
    /// <exception cref="IdempotencyConflictException">The key belongs to other arguments.</exception>
    /// <exception cref="LedgerUnavailableException">Nothing was done.</exception>
    public async ValueTask<LedgerEntry?> OpenAsync(string key, string argumentDigest, CancellationToken cancellationToken)
    {
        try
        {
            var (claim, isNew) = await AddAsync(key, new LedgerClaim(argumentDigest), ClaimLife, cancellationToken);
            if (isNew) return null;
            Check(claim.ArgumentDigest, argumentDigest);
            return await FindAsync<LedgerEntry>(ResultKey(key), cancellationToken);
        }
        catch (DaprException outage) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LedgerUnavailableException("The record of calls cannot be reached; nothing was done.", outage);
        }
    }

    /// <summary>Keeps how a call ended; returns the entry that counts, and whether it is this one. Nothing cancels it.</summary>
    /// <exception cref="IdempotencyConflictException">The key belongs to other arguments.</exception>
    /// <exception cref="LedgerUnavailableException">The call was made, but its result is not kept.</exception>
    public async ValueTask<(LedgerEntry Entry, bool IsOwn)> CloseAsync(string key, LedgerEntry entry)
    {
        try
        {
            var (kept, isOwn) = await AddAsync(ResultKey(key), entry, ResultLife, CancellationToken.None);
            Check(kept.ArgumentDigest, entry.ArgumentDigest);
            return (kept, isOwn);
        }
        catch (DaprException outage)
        {
            throw new LedgerUnavailableException(
                "The result of the call could not be kept; the same call with the same key may be made again.", outage);
        }
    }

    private async ValueTask<(T Value, bool IsNew)> AddAsync<T>(
        string key, T value, Dictionary<string, string> life, CancellationToken cancellationToken) where T : class
    {
        DaprException? failure = null;
        try
        {
            if (await dapr().TrySaveStateAsync(StateStore, key, value, "", FirstWrite, life, cancellationToken)) return (value, true);
        }
        catch (DaprException error) when (!cancellationToken.IsCancellationRequested)
        {
            failure = error; // the store failed, or only its answer was lost: the state says which
        }
        return await FindAsync<T>(key, cancellationToken) is { } earlier
            ? (earlier, false)
            : throw failure ?? new DaprException($"The entry of {typeof(T).Name} was refused and is not there.");
    }

    private async ValueTask<T?> FindAsync<T>(string key, CancellationToken cancellationToken) where T : class =>
        await dapr().GetStateAsync<T?>(StateStore, key, ConsistencyMode.Strong, cancellationToken: cancellationToken);

    private static void Check(string known, string given)
    {
        if (!string.Equals(known, given, StringComparison.Ordinal)) throw new IdempotencyConflictException();
    }

    private static string ResultKey(string key) => $"{key}-result";

    private static Dictionary<string, string> Life(TimeSpan time) =>
        new() { ["ttlInSeconds"] = ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture) };
}
