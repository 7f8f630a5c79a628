using System.Globalization;
using Dapr;
using Dapr.Client;

namespace McpMesh.Gateway.Durable;

/// <summary>State of durable calls that all replicas share. Whoever creates an entry first has it; changes compare the ETag.</summary>
internal sealed class CallStore(DaprClient dapr)
{
    private const string Store = "statestore";

    private static readonly StateOptions FirstWrite =
        new() { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };

    public Task<T?> FindAsync<T>(string key, CancellationToken cancellationToken)
        where T : class =>
        dapr.GetStateAsync<T?>(Store, key, ConsistencyMode.Strong, cancellationToken: cancellationToken)!;

    public async Task<(T? Value, string Version)> ReadAsync<T>(string key, CancellationToken cancellationToken)
        where T : class =>
        await dapr.GetStateAndETagAsync<T?>(Store, key, ConsistencyMode.Strong, cancellationToken: cancellationToken);

    /// <summary>Null when the entry is the caller's now, else what is there.</summary>
    public async Task<T?> CreateAsync<T>(string key, T value, TimeSpan lifetime, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            await dapr.SaveStateAsync(Store, key, value, FirstWrite, Expiring(lifetime), cancellationToken);
            return null;
        }
        catch (DaprException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else was first, or the store failed: the state says which.
            if (await FindAsync<T>(key, cancellationToken) is { } earlier) return earlier;
            throw;
        }
    }

    /// <summary>False when somebody else changed it since it was read.</summary>
    /// <param name="version">As read; empty when there was nothing.</param>
    public async Task<bool> TryChangeAsync<T>(string key, T value, string version, TimeSpan lifetime, CancellationToken cancellationToken)
        where T : class =>
        string.IsNullOrEmpty(version)
            ? await CreateAsync(key, value, lifetime, cancellationToken) is null
            : await dapr.TrySaveStateAsync(Store, key, value, version, FirstWrite, Expiring(lifetime), cancellationToken);

    public Task SaveAsync<T>(string key, T value, TimeSpan lifetime, CancellationToken cancellationToken) =>
        dapr.SaveStateAsync(Store, key, value, metadata: Expiring(lifetime), cancellationToken: cancellationToken);

    /// <summary>Takes an entry out: of several callers one gets it.</summary>
    public async Task<T?> TakeAsync<T>(string key, CancellationToken cancellationToken)
        where T : class
    {
        var (value, version) = await ReadAsync<T>(key, cancellationToken);
        return value is not null
            && await dapr.TryDeleteStateAsync(Store, key, version, FirstWrite, cancellationToken: cancellationToken) ? value : null;
    }

    public Task RemoveAsync(string key, CancellationToken cancellationToken) =>
        dapr.DeleteStateAsync(Store, key, cancellationToken: cancellationToken);

    private static Dictionary<string, string> Expiring(TimeSpan lifetime) =>
        new() { ["ttlInSeconds"] = ((long)Math.Ceiling(lifetime.TotalSeconds)).ToString(CultureInfo.InvariantCulture) };
}
