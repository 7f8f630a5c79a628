using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace McpMesh.Configuration.Runbooks;

/// <summary>A JSON Pointer (RFC 6901).</summary>
/// <param name="segments">Reference tokens, unescaped; none point to the whole document.</param>
public sealed class JsonPointer(ImmutableArray<string> segments)
{
    /// <summary>Reference tokens, unescaped.</summary>
    public ImmutableArray<string> Segments { get; } = segments;

    /// <summary>The pointer that <paramref name="text"/> is; null when it is none.</summary>
    public static JsonPointer? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0) return new JsonPointer([]);
        if (text[0] != '/') return null;
        var segments = text[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (!IsEscapedWell(segments[i])) return null;
            segments[i] = segments[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return new JsonPointer([.. segments]);
    }

    /// <summary>The value in <paramref name="document"/>, from the segment <paramref name="start"/> on; null when there is none.</summary>
    public JsonElement? Find(JsonElement document, int start = 0)
    {
        var value = document;
        foreach (var segment in Segments.AsSpan()[start..])
        {
            if (Below(value, segment) is not { } below) return null;
            value = below;
        }

        return value;
    }

    /// <summary>Its text, escaped.</summary>
    public override string ToString() => string.Concat(Segments.Select(segment =>
        "/" + segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));

    private static JsonElement? Below(JsonElement value, string segment) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty(segment, out var member) => member,
        JsonValueKind.Array when IndexOf(segment) is { } index && index < value.GetArrayLength() => value[index],
        _ => null,
    };

    private static int? IndexOf(string segment) =>
        segment is "0" || (segment.Length is > 0 and < 10 && segment[0] is >= '1' and <= '9' && segment.All(char.IsAsciiDigit))
            ? int.Parse(segment, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    private static bool IsEscapedWell(string segment)
    {
        for (var i = segment.IndexOf('~'); i >= 0; i = segment.IndexOf('~', i + 1))
            if (i + 1 == segment.Length || segment[i + 1] is not ('0' or '1')) return false;
        return true;
    }
}
