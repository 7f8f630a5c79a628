using System.Collections.Concurrent;
using Dapr;
using Dapr.Client;

namespace McpMesh.TokenExchange.State;

/// <summary>
/// The Dapr secret store <c>secrets</c>; what was read is kept for a while, so that a rotated secret is picked up without a restart.
/// </summary>
internal sealed class DaprSecretSource(DaprClient dapr, TimeProvider time) : ISecretSource
{
    private const string Component = "secrets";
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (string Value, DateTimeOffset ReadAt)> _read = new(StringComparer.Ordinal);

    public async ValueTask<string> GetAsync(string key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_read.TryGetValue(key, out var kept) && now - kept.ReadAt < MaxAge) return kept.Value;
        var secret = await dapr.GetSecretAsync(Component, key, cancellationToken: cancellationToken);
        if (!secret.TryGetValue(key, out var value)) throw new DaprException($"The secret {key} has no value of that name.");
        _read[key] = (value, now);
        return value;
    }
}
