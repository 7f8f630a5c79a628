namespace McpMesh.Configuration.Yaml;

/// <summary>
/// Path of a field as people write it: <c>servers.logs.tools[0]</c>; a key that holds a dot is bracketed: <c>calls["summary.post"]</c>.
/// </summary>
internal readonly record struct FieldPath(string Text)
{
    public static FieldPath Root => new("");

    public FieldPath Field(string key)
    {
        if (key.Length == 0 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return new FieldPath($"{Text}[\"{Shorten(key)}\"]");

        return new FieldPath(Text is null or "" ? key : $"{Text}.{key}");
    }

    public FieldPath Item(int index) => new($"{Text}[{index}]");

    public override string ToString() => Text is null or "" ? "(file)" : Text;

    // A key is hostile input too: an error line must stay a line.
    private static string Shorten(string key)
    {
        var shown = key.Length <= 80 ? key : key[..80] + "…";
        return string.Concat(shown.Select(c => char.IsControl(c) || c == '"' ? '?' : c));
    }
}
