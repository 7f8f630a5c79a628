namespace McpMesh.Configuration.Yaml;

/// <summary>A scalar, after interpolation.</summary>
internal sealed class ScalarNode(SourcePosition position, string text, bool isPlain, bool isBroken) : ConfigurationNode(position)
{
    public string Text { get; } = text;

    /// <summary>True when interpolation failed: that was reported already, and the text means nothing.</summary>
    public bool IsBroken { get; } = isBroken;

    /// <summary>True when it was written without quotes and holds no variable: such text may mean a number, true or false.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <summary>True for an empty value, <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull { get; } = isPlain && text is "" or "~" or "null";

    public override string Describe() => IsNull ? "empty" : "a single value";
}
