using System.Globalization;
using System.Text.Json;

namespace McpMesh.Adapters.Mcp;

/// <summary>The arguments of a call, read strictly: each reader states the rule, and an argument that breaks it is named.</summary>
internal sealed class ToolArguments
{
    private readonly IReadOnlyDictionary<string, JsonElement> _values;

    private ToolArguments(IReadOnlyDictionary<string, JsonElement> values) => _values = values;

    /// <summary>Takes the arguments, refusing names that the schema does not list.</summary>
    public static ToolArguments Read(IEnumerable<KeyValuePair<string, JsonElement>>? values, IReadOnlyCollection<string> known)
    {
        var read = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in values ?? [])
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                throw new ToolInputException(name, $"is not an argument of this tool; it has {string.Join(", ", known)}.");
            if (value.ValueKind is not JsonValueKind.Null) read[name] = value; // null means the same as absent
        }
        return new ToolArguments(read);
    }

    /// <summary>A string of 1 to <paramref name="maxLength"/> characters.</summary>
    public string RequiredText(string name, int maxLength) =>
        Text(name, maxLength) ?? throw new ToolInputException(name, "is required.");

    /// <summary>A string of 1 to <paramref name="maxLength"/> characters, or null when absent.</summary>
    public string? Text(string name, int maxLength)
    {
        if (!_values.TryGetValue(name, out var value)) return null;
        if (value.ValueKind is not JsonValueKind.String) throw new ToolInputException(name, "must be a string.");
        var text = value.GetString()!;
        if (text.Length == 0 || text.Length > maxLength) throw new ToolInputException(name, $"must have 1 to {maxLength} characters.");
        return text;
    }

    /// <summary>One of <paramref name="allowed"/>, or null when absent.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> allowed)
    {
        if (Text(name, 64) is not { } text) return null;
        foreach (var choice in allowed) if (string.Equals(choice, text, StringComparison.Ordinal)) return choice;
        throw new ToolInputException(name, $"must be one of {string.Join(", ", allowed.ToArray())}.");
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>, or null when absent.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (!_values.TryGetValue(name, out var value)) return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        throw new ToolInputException(name, $"must be a whole number from {least} to {most}.");
    }

    /// <summary>true or false; false when absent.</summary>
    public bool Flag(string name)
    {
        if (!_values.TryGetValue(name, out var value)) return false;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new ToolInputException(name, "must be true or false."),
        };
    }

    /// <summary>A point in time with its offset (RFC 3339), or null when absent.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name, 64) is not { } text) return null;
        if (Rfc3339.TryParse(text, out var time)) return time;
        throw new ToolInputException(name, "must be a time with offset as in RFC 3339, e.g. 2026-11-19T14:02:00Z.");
    }

    /// <summary>At most <paramref name="maxCount"/> strings; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string name, int maxCount, int maxLength)
    {
        if (!_values.TryGetValue(name, out var value)) return [];
        if (value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() > maxCount)
            throw new ToolInputException(name, $"must be an array of at most {maxCount} strings.");
        var texts = new List<string>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.String || item.GetString() is not { Length: > 0 } text || text.Length > maxLength)
            {
                throw new ToolInputException(string.Create(CultureInfo.InvariantCulture, $"{name}[{texts.Count}]"),
                    $"must be a string of 1 to {maxLength} characters.");
            }
            texts.Add(text);
        }
        return texts;
    }

    /// <summary>The value as it came; null when absent.</summary>
    public JsonElement? Json(string name) => _values.TryGetValue(name, out var value) ? value : null;
}
