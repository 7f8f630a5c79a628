namespace McpMesh.Configuration.Yaml;

/// <summary>A mapping; its keys are unique, in the order written.</summary>
internal sealed class MapNode(SourcePosition position, IReadOnlyList<MapEntry> entries) : ConfigurationNode(position)
{
    private readonly Dictionary<string, MapEntry> _byKey = entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);

    public IReadOnlyList<MapEntry> Entries { get; } = entries;

    public MapEntry? Find(string key) => _byKey.GetValueOrDefault(key);

    public override string Describe() => "a mapping";
}
