namespace McpMesh.Sidecar.State;

/// <summary>A state component with the prefix that keeps its apps apart.</summary>
internal sealed record NamedStateStore(string Name, IStateStore Store, string Prefix)
{
    /// <summary>Metadata <c>actorStateStore</c>: workflows are kept here.</summary>
    public bool KeepsActors { get; init; }

    public string StoredKey(string key) => Prefix + key;
}
