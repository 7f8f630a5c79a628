namespace McpMesh.Configuration;

/// <summary>One error in a configuration file.</summary>
/// <param name="File">Path as given.</param>
/// <param name="Line">1-based; 0 when the error is about the file as a whole.</param>
/// <param name="Column">1-based.</param>
/// <param name="Field">Path of the field, e.g. <c>servers.logs.appId</c>.</param>
/// <param name="Rule">The rule that is broken and what to do.</param>
public sealed record MeshConfigurationError(string File, int Line, int Column, string Field, string Rule)
{
    /// <summary><c>file(line,column): field: rule</c>, as editors parse it.</summary>
    public override string ToString() => $"{File}({Line},{Column}): {Field}: {Rule}";
}
