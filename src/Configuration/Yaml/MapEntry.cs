namespace McpMesh.Configuration.Yaml;

/// <summary>One entry of a mapping.</summary>
internal sealed record MapEntry(string Key, SourcePosition KeyPosition, ConfigurationNode Value);
