using System.Text.Json;
using McpMesh.Configuration.Binding;
using McpMesh.Configuration.Runbooks;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>
/// The bindings of a runbook lead somewhere: to the input as its schema has it, or to a step that comes before. So no runbook has a cycle.
/// </summary>
internal sealed class RunbookBindings(RunbookConfiguration runbook, FieldErrors errors)
{
    private const string NoPointer =
        "must be a JSON Pointer (RFC 6901), such as /input/service; an argument that is named 'from' and stands alone is written " +
        "{ literal: … }";

    private readonly Dictionary<string, int> _steps = runbook.Steps.Index()
        .GroupBy(step => step.Item.Id, step => step.Index, StringComparer.Ordinal)
        .ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);

    public void CheckStep(int index, RunbookStepConfiguration step, FieldPath field)
    {
        if (step.ForEach is { } loop)
            CheckPointer(loop.From, index, hasItem: false, field.Field("forEach").Field("from"));

        var hasItem = step.ForEach is not null;
        if (step.When is { } when)
            CheckPointer(when.From, index, hasItem, field.Field("when").Field("from"));

        if (step.With is { } with)
            CheckArguments(with, index, hasItem, field.Field("with"));

        // A compensation knows how the step that it takes back ended.
        if (step.Compensate is { With: { } arguments })
            CheckArguments(arguments, index + 1, hasItem, field.Field("compensate").Field("with"));
    }

    public void CheckOutput(JsonElement output, FieldPath field) => Check(output, runbook.Steps.Length, hasItem: false, field);

    private void CheckArguments(JsonElement arguments, int known, bool hasItem, FieldPath field)
    {
        errors.Require(arguments.ValueKind == JsonValueKind.Object, field, "must be a mapping: the arguments of the tool");
        Check(arguments, known, hasItem, field);
    }

    /// <param name="known">How many of the steps have ended by then.</param>
    private void Check(JsonElement value, int known, bool hasItem, FieldPath field)
    {
        if (TemplateForm.IsLiteral(value))
            return;

        if (TemplateForm.IsBinding(value))
        {
            var from = value.GetProperty(TemplateForm.From);
            if (from.ValueKind == JsonValueKind.String)
                CheckPointer(from.GetString()!, known, hasItem, field.Field(TemplateForm.From));
            else
                errors.Add(field.Field(TemplateForm.From), NoPointer);

            return;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
                Check(member.Value, known, hasItem, field.Field(member.Name));
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in value.EnumerateArray().Index())
                Check(item, known, hasItem, field.Item(index));
        }
    }

    private void CheckPointer(string text, int known, bool hasItem, FieldPath field)
    {
        if (JsonPointer.Parse(text) is not { } pointer)
        {
            errors.Add(field, NoPointer);
            return;
        }

        switch (pointer.Segments)
        {
            case ["input", .. var parts]:
                CheckInput([.. parts], field);
                break;
            case ["steps", var id, ..]:
                CheckEarlier(id, known, field);
                break;
            case ["item", ..] or ["index"] when hasItem:
                break;
            case ["item", ..] or ["index"]:
                errors.Add(field, $"/{pointer.Segments[0]} is there only within a step with forEach");
                break;
            default:
                errors.Add(field, "must begin with /input, /steps/<id> or, in a step with forEach, /item or /index");
                break;
        }
    }

    private void CheckEarlier(string id, int known, FieldPath field)
    {
        if (!_steps.TryGetValue(id, out var index))
        {
            var nearest = NearestName.Of(id, _steps.Keys);
            errors.Add(field, $"there is no step '{id}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?"));
            return;
        }

        errors.Require(
            index < known, field,
            $"the step '{id}' has not run by then: a step may bind to earlier ones only, so that there is no cycle");
    }

    private void CheckInput(string[] parts, FieldPath field)
    {
        if (runbook.Input is not { } schema)
        {
            errors.Require(parts.Length == 0, field, "the runbook takes no input");
            return;
        }

        foreach (var part in parts)
        {
            if (schema.ValueKind != JsonValueKind.Object)
                return;

            if (Descend(schema, part) is { } below)
            {
                schema = below;
                continue;
            }

            if (IsClosed(schema))
            {
                var nearest = NearestName.Of(part, PropertiesOf(schema));
                errors.Add(field, $"the input has no '{part}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?"));
            }

            return;
        }
    }

    private static JsonElement? Descend(JsonElement schema, string part)
    {
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty(part, out var property))
        {
            return property;
        }

        if (schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.Object)
            return more;

        return schema.TryGetProperty("items", out var items) && part.All(char.IsAsciiDigit) ? items : null;
    }

    private static bool IsClosed(JsonElement schema) =>
        (schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False)
        || (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && type.GetString() is ("string" or "number" or "integer" or "boolean" or "null"));

    private static IEnumerable<string> PropertiesOf(JsonElement schema) =>
        schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(property => property.Name)
            : [];
}
