namespace McpMesh.Sidecar.Secrets;

/// <summary>Secrets by name; each is a map because some stores keep several values under one name.</summary>
internal interface ISecretStore
{
    /// <summary>Null when there is no such secret.</summary>
    IReadOnlyDictionary<string, string>? Find(string name);

    IEnumerable<string> Names { get; }
}
