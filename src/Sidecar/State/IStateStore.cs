namespace McpMesh.Sidecar.State;

/// <summary>Keys and values with ETags and expiry. Keys arrive with their prefix.</summary>
internal interface IStateStore
{
    /// <summary>Null when the key is missing or expired.</summary>
    StateEntry? Find(string key);

    /// <summary>Applies all changes or none; returns after they are durable.</summary>
    /// <exception cref="EtagMismatchException">One change named an ETag that is not the current one, or a first write came
    /// second.</exception>
    Task ApplyAsync(IReadOnlyList<StateChange> changes);
}
