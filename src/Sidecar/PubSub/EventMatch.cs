using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// The part of CEL that routing rules use: comparisons <c>event.attribute == "text"</c> (or <c>!=</c>), joined by <c>&amp;&amp;</c>
/// and <c>||</c>. Anything else is refused when the subscription is read, never guessed at.
/// </summary>
internal sealed partial class EventMatch
{
    private readonly (string Attribute, bool Equal, string Value)[][] _alternatives;

    private EventMatch(string text, (string, bool, string)[][] alternatives)
    {
        Text = text;
        _alternatives = alternatives;
    }

    public string Text { get; }

    public static bool TryParse(string text, out EventMatch? match)
    {
        match = null;
        var alternatives = new List<(string, bool, string)[]>();
        foreach (var alternative in text.Split("||"))
        {
            var comparisons = alternative.Split("&&").Select(part => Comparison().Match(part)).ToArray();
            if (!Array.TrueForAll(comparisons, comparison => comparison.Success)) return false;
            alternatives.Add([.. comparisons.Select(c => (c.Groups["name"].Value, c.Groups["op"].Value == "==", c.Groups["text"].Value))]);
        }

        match = new EventMatch(text, [.. alternatives]);
        return true;
    }

    public bool IsMatch(JsonElement cloudEvent) => Array.Exists(_alternatives, all => Array.TrueForAll(all, one =>
        string.Equals(AttributeOf(cloudEvent, one.Attribute), one.Value, StringComparison.Ordinal) == one.Equal));

    private static string? AttributeOf(JsonElement cloudEvent, string path)
    {
        var current = cloudEvent;
        foreach (var name in path.Split('.'))
        {
            if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(name, out current))
                return null;
        }

        return current.ValueKind == JsonValueKind.String ? current.GetString() : current.GetRawText();
    }

    [GeneratedRegex("""^\s*event\.(?<name>[A-Za-z_][\w.]*)\s*(?<op>==|!=)\s*(?:"(?<text>[^"\\|&]*)"|'(?<text>[^'\\|&]*)')\s*$""")]
    private static partial Regex Comparison();
}
