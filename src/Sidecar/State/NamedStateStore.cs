namespace McpMesh.Sidecar.State;

/// <summary>A state component with the prefix that keeps its apps apart.</summary>
internal sealed record NamedStateStore(string Name, IStateStore Store, string Prefix)
{
    public string StoredKey(string key) => Prefix + key;
}
