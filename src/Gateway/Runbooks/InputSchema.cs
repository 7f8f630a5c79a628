using System.Globalization;
using System.Text.Json;
using McpMesh.Configuration.Runbooks;

namespace McpMesh.Gateway.Runbooks;

/// <summary>The part of JSON Schema 2020-12 that mesh.yaml may use for a runbook's input.</summary>
internal static class InputSchema
{
    /// <summary>The first rule that <paramref name="value"/> breaks, with the place; null when it breaks none. Quotes no value.</summary>
    public static string? Violation(JsonElement schema, JsonElement value) => Check(schema, value, []);

    private static string? Check(JsonElement schema, JsonElement value, string[] at)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var broken = keyword.Name switch
            {
                "type" when !IsOfType(keyword.Value, value) => $"must be of type {TypesOf(keyword.Value)}",
                "enum" when !keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) =>
                    $"must be one of {keyword.Value.GetRawText()}",
                "const" when !JsonElement.DeepEquals(keyword.Value, value) => $"must be {keyword.Value.GetRawText()}",
                "minimum" when value.ValueKind == JsonValueKind.Number && Compare(value, keyword.Value) < 0 =>
                    $"must not be less than {keyword.Value.GetRawText()}",
                "maximum" when value.ValueKind == JsonValueKind.Number && Compare(value, keyword.Value) > 0 =>
                    $"must not be more than {keyword.Value.GetRawText()}",
                "minLength" when value.ValueKind == JsonValueKind.String && LengthOf(value) < keyword.Value.GetInt32() =>
                    $"must have at least {keyword.Value.GetRawText()} characters",
                "maxLength" when value.ValueKind == JsonValueKind.String && LengthOf(value) > keyword.Value.GetInt32() =>
                    $"must have at most {keyword.Value.GetRawText()} characters",
                "minItems" when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() < keyword.Value.GetInt32() =>
                    $"must have at least {keyword.Value.GetRawText()} items",
                "maxItems" when value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > keyword.Value.GetInt32() =>
                    $"must have at most {keyword.Value.GetRawText()} items",
                _ => null,
            };
            if (broken is not null) return Say(at, broken);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => CheckMembers(schema, value, at),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) => value.EnumerateArray().Index()
                .Select(item => Check(items, item.Item, [.. at, item.Index.ToString(CultureInfo.InvariantCulture)]))
                .FirstOrDefault(broken => broken is not null),
            _ => null,
        };
    }

    private static string? CheckMembers(JsonElement schema, JsonElement value, string[] at)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
                if (!value.TryGetProperty(name.GetString()!, out _)) return Say([.. at, name.GetString()!], "is required");
        }

        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasMore = schema.TryGetProperty("additionalProperties", out var more);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            string[] below = [.. at, member.Name];
            // Which of two counts is for nobody to guess.
            if (!seen.Add(member.Name)) return Say(below, "is given twice");
            JsonElement? rule =
                hasProperties && properties.TryGetProperty(member.Name, out var property) ? property : hasMore ? more : null;
            if (rule is { ValueKind: JsonValueKind.False }) return Say(below, "is not an argument of this runbook");
            if (rule is { ValueKind: JsonValueKind.Object } inner && Check(inner, member.Value, below) is { } broken) return broken;
        }

        return null;
    }

    private static bool IsOfType(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(one, value))
        : (type.GetString(), value.ValueKind) switch
        {
            ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String)
                or ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False)
                or ("null", JsonValueKind.Null) => true,
            ("integer", JsonValueKind.Number) => IsWhole(value),
            _ => false,
        };

    private static bool IsWhole(JsonElement value) =>
        value.TryGetDecimal(out var exact) ? decimal.IsInteger(exact) : double.IsInteger(value.GetDouble());

    /// <summary>Exactly where decimal can, else as far as double can.</summary>
    private static int Compare(JsonElement value, JsonElement bound) =>
        value.TryGetDecimal(out var exact) ? exact.CompareTo(bound.GetDecimal()) : value.GetDouble().CompareTo((double)bound.GetDecimal());

    /// <summary>In characters as JSON Schema counts them: code points.</summary>
    private static int LengthOf(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

    private static string TypesOf(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? string.Join(" or ", type.EnumerateArray().Select(one => one.GetString()))
        : type.GetString()!;

    private static string Say(string[] at, string rule) => $"params.arguments{new JsonPointer([.. at.Select(Shown)])} {rule}.";

    // The name of a member is the caller's text.
    private static string Shown(string name) =>
        new([.. (name.Length <= 64 ? name : name[..64] + "…").Select(c => char.IsControl(c) ? '?' : c)]);
}
