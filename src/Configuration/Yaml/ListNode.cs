namespace McpMesh.Configuration.Yaml;

/// <summary>A sequence.</summary>
internal sealed class ListNode(SourcePosition position, IReadOnlyList<ConfigurationNode> items) : ConfigurationNode(position)
{
    public IReadOnlyList<ConfigurationNode> Items { get; } = items;

    public override string Describe() => "a list";
}
