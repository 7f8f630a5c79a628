namespace McpMesh.TokenExchange.State;

/// <summary>Secrets of the mesh AS.</summary>
internal interface ISecretSource
{
    /// <summary>The secret.</summary>
    /// <exception cref="Dapr.DaprException">It is not there, or the store cannot be reached.</exception>
    ValueTask<string> GetAsync(string key, CancellationToken cancellationToken);
}
