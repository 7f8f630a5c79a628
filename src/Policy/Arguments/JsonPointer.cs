using System.Collections.Immutable;

namespace McpMesh.Policy.Arguments;

/// <summary>A JSON Pointer (RFC 6901).</summary>
internal sealed record JsonPointer(string Text)
{
    /// <summary>The unescaped reference tokens.</summary>
    public ImmutableArray<string> Tokens { get; } =
        Text.Length == 0 ? [] : [.. Text[1..].Split('/')
            .Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>The pointer; null when the text is not one.</summary>
    public static JsonPointer? Parse(string text)
    {
        if (text.Length > 0 && text[0] != '/')
            return null;

        for (var i = text.IndexOf('~'); i >= 0; i = text.IndexOf('~', i + 1))
        {
            if (i + 1 == text.Length || text[i + 1] is not ('0' or '1'))
                return null;
        }

        return new JsonPointer(text);
    }

    public bool Equals(JsonPointer? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
