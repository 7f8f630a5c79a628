using System.Globalization;
using System.Text.Json;

namespace McpMesh.Policy.Arguments;

/// <summary>A test ready to be applied to bytes.</summary>
internal sealed class CompiledArgumentTest(ArgumentTest test)
{
    /// <summary>True when all parts hold. An absent value holds only for <see cref="ArgumentTest.Exists"/> = false.</summary>
    public bool Holds(ArgumentValue value, ReadOnlySpan<byte> json)
    {
        if (!value.IsPresent)
            return test.Exists is false && !TestsValue;

        if (test.Exists is false)
            return false;

        if (!TestsValue)
            return true;

        if (value.Kind is JsonTokenType.StartObject or JsonTokenType.StartArray)
            return false;

        var reader = new Utf8JsonReader(json.Slice(value.Start, value.Length));
        reader.Read();
        return (test.EqualTo is null || EqualsText(ref reader, test.EqualTo))
            && (test.In.IsDefaultOrEmpty || IsOneOf(ref reader))
            && (test.StartsWith is null
                || (reader.TokenType == JsonTokenType.String && reader.GetString()!.StartsWith(test.StartsWith, StringComparison.Ordinal)))
            && (test.GreaterThan is not { } least || Compare(ref reader, least) is > 0)
            && (test.LessThan is not { } most || Compare(ref reader, most) is < 0);
    }

    private bool TestsValue =>
        test.EqualTo is not null || !test.In.IsDefaultOrEmpty || test.StartsWith is not null || test.GreaterThan is not null
        || test.LessThan is not null;

    private bool IsOneOf(ref Utf8JsonReader reader)
    {
        foreach (var text in test.In)
        {
            if (EqualsText(ref reader, text))
                return true;
        }

        return false;
    }

    private static bool EqualsText(ref Utf8JsonReader reader, string text) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueTextEquals(text),
        JsonTokenType.True => text == "true",
        JsonTokenType.False => text == "false",
        JsonTokenType.Null => text == "null",
        // By value: 5.0 and 5e0 are 5, and writing it so must not slip past a rule.
        JsonTokenType.Number =>
            decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Compare(ref reader, number) == 0,
        _ => false,
    };

    /// <summary>Sign of (value - other); null when the value is not a number.</summary>
    private static int? Compare(ref Utf8JsonReader reader, decimal other)
    {
        if (reader.TokenType != JsonTokenType.Number)
            return null;

        // Beyond decimal's range a double still tells which side it is on.
        return reader.TryGetDecimal(out var exact) ? exact.CompareTo(other) : reader.GetDouble().CompareTo((double)other);
    }
}
