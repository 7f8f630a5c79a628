namespace McpMesh.Configuration.Yaml;

/// <summary>Where in which file something stands; line and column are 1-based.</summary>
internal readonly record struct SourcePosition(string File, int Line, int Column);
