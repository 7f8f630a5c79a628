using System.Collections.Frozen;
using System.Text.Json;
using McpMesh.Configuration.Binding;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>
/// The JSON Schema of a runbook's input keeps to the keywords that the gateway enforces, and to those that only tell: a rule that nobody
/// applies must not stand there.
/// </summary>
internal static class InputSchemaValidator
{
    private static readonly FrozenSet<string> s_types =
        FrozenSet.Create(StringComparer.Ordinal, "object", "array", "string", "number", "integer", "boolean", "null");

    private static readonly string[] s_counts = ["minLength", "maxLength", "minItems", "maxItems"];

    private static readonly FrozenSet<string> s_keywords = FrozenSet.Create(
        StringComparer.Ordinal,
        [
            "type", "properties", "required", "additionalProperties", "items", "enum", "const", "minimum", "maximum", .. s_counts,
            "title", "description", "examples", "format",
        ]);

    public static void Validate(JsonElement schema, FieldPath field, FieldErrors errors)
    {
        errors.Require(
            schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueEquals("object"),
            field,
            "must be a JSON Schema with type: object");
        if (schema.ValueKind == JsonValueKind.Object)
            Check(schema, field, errors);
    }

    private static void Check(JsonElement schema, FieldPath field, FieldErrors errors)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            errors.Add(field, "must be a JSON Schema");
            return;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            if (s_keywords.Contains(keyword.Name))
                CheckKeyword(schema, keyword.Name, keyword.Value, field.Field(keyword.Name), errors);
            else
                errors.Add(field.Field(keyword.Name), Unknown(keyword.Name));
        }
    }

    private static void CheckKeyword(JsonElement schema, string keyword, JsonElement value, FieldPath field, FieldErrors errors)
    {
        switch (keyword)
        {
            case "type":
                errors.Require(IsType(value), field, $"must be of: {string.Join(", ", s_types.Order(StringComparer.Ordinal))}");
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                    Check(property.Value, field.Field(property.Name), errors);
                break;
            case "properties":
                errors.Add(field, "must be a mapping");
                break;
            case "required":
                CheckRequired(schema, value, field, errors);
                break;
            case "additionalProperties" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                break;
            case "additionalProperties" or "items":
                Check(value, field, errors);
                break;
            case "enum":
                errors.Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0, field, "must be a list of values");
                break;
            case "minimum" or "maximum":
                errors.Require(value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _), field, "must be a number");
                break;
            case var _ when s_counts.Contains(keyword):
                errors.Require(
                    value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0, field,
                    "must be a whole number, 0 or more");
                break;
        }
    }

    private static void CheckRequired(JsonElement schema, JsonElement value, FieldPath field, FieldErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
        {
            errors.Add(field, "must be a list of names");
            return;
        }

        var known = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(property => property.Name).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var (index, name) in value.EnumerateArray().Index())
            errors.Require(known.Contains(name.GetString()!), field.Item(index), $"properties has no '{name.GetString()}'");
    }

    private static bool IsType(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? value.GetArrayLength() > 0 && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && IsType(one))
        : value.ValueKind == JsonValueKind.String && s_types.Contains(value.GetString()!);

    private static string Unknown(string keyword)
    {
        var nearest = NearestName.Of(keyword, s_keywords);
        return nearest is null ? "is not a keyword that the gateway enforces" : $"unknown keyword; did you mean '{nearest}'?";
    }
}
