namespace McpMesh.Configuration.Yaml;

/// <summary>A YAML value with the place where it was written.</summary>
internal abstract class ConfigurationNode(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    /// <summary>What it is, for error texts.</summary>
    public abstract string Describe();
}
