namespace McpMesh.Configuration.Yaml;

/// <summary>
/// Lays one tree over another: mappings merge, all else replaces. Every node keeps the position of the file it came from.
/// </summary>
internal static class Overlay
{
    public static ConfigurationNode? Apply(ConfigurationNode? below, ConfigurationNode? above)
    {
        if (below is null || above is null)
            return above ?? below;

        if (below is not MapNode lower || above is not MapNode upper)
            return above;

        var entries = lower.Entries
            .Select(entry => upper.Find(entry.Key) is { } over ? over with { Value = Apply(entry.Value, over.Value)! } : entry)
            .Concat(upper.Entries.Where(entry => lower.Find(entry.Key) is null));
        return new MapNode(lower.Position, [.. entries]);
    }
}
