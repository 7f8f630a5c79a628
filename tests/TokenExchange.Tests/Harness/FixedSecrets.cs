using Dapr;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tests.Harness;

internal sealed class FixedSecrets(IReadOnlyDictionary<string, string> values) : ISecretSource
{
    public ValueTask<string> GetAsync(string key, CancellationToken cancellationToken) =>
        values.TryGetValue(key, out var value) ? new(value) : throw new DaprException($"no secret {key}");
}
