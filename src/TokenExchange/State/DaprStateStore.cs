using System.Globalization;
using Dapr.Client;

namespace McpMesh.TokenExchange.State;

/// <summary>The Dapr state store <c>statestore</c>.</summary>
internal sealed class DaprStateStore(DaprClient dapr) : IStateStore
{
    private const string Component = "statestore";

    private static readonly StateOptions s_firstWrite = new()
    {
        Concurrency = ConcurrencyMode.FirstWrite,
        Consistency = ConsistencyMode.Strong,
    };

    private static readonly StateOptions s_lastWrite = new()
    {
        Concurrency = ConcurrencyMode.LastWrite,
        Consistency = ConsistencyMode.Strong,
    };

    public async ValueTask<Stored<T>?> GetAsync<T>(string key, CancellationToken cancellationToken) where T : class
    {
        var (value, etag) = await dapr.GetStateAndETagAsync<T?>(Component, key, ConsistencyMode.Strong,
            cancellationToken: cancellationToken);
        return value is null ? null : new(value, etag);
    }

    // First-write without a version succeeds only where nothing is yet.
    public async ValueTask<bool> TryAddAsync<T>(string key, T value, TimeSpan timeToLive, CancellationToken cancellationToken)
        where T : class =>
        await dapr.TrySaveStateAsync(Component, key, value, string.Empty, s_firstWrite, Life(timeToLive), cancellationToken);

    public async ValueTask<bool> TryReplaceAsync<T>(
        string key, T value, string etag, TimeSpan timeToLive, CancellationToken cancellationToken) where T : class =>
        await dapr.TrySaveStateAsync(Component, key, value, etag, s_firstWrite, Life(timeToLive), cancellationToken);

    public async ValueTask SetAsync<T>(string key, T value, TimeSpan timeToLive, CancellationToken cancellationToken) where T : class =>
        await dapr.SaveStateAsync(Component, key, value, s_lastWrite, Life(timeToLive), cancellationToken);

    public async ValueTask<bool> TryRemoveAsync(string key, string etag, CancellationToken cancellationToken) =>
        await dapr.TryDeleteStateAsync(Component, key, etag, s_firstWrite, cancellationToken: cancellationToken);

    public async ValueTask RemoveAsync(string key, CancellationToken cancellationToken) =>
        await dapr.DeleteStateAsync(Component, key, cancellationToken: cancellationToken);

    private static Dictionary<string, string> Life(TimeSpan timeToLive) => new()
    {
        ["ttlInSeconds"] = Math.Max(1, (long)Math.Ceiling(timeToLive.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
    };
}
