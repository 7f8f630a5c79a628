using System.Buffers;
using System.Text;
using System.Text.Json;
using McpMesh.Configuration.Runbooks;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Runbooks;

/// <summary>
/// Puts values in the place of bindings (<see cref="TemplateForm"/>). Pure: equal templates and scopes give equal bytes. An object's member
/// that binds to input which was not given is left out; any other binding to nothing, without a default, is an error.
/// </summary>
internal static class RunbookTemplate
{
    /// <summary>JSON of the template with its values.</summary>
    /// <exception cref="BindingException">A binding has no value.</exception>
    public static string Fill(JsonElement template, RunbookScope scope)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, JsonRpcWriter.Options)) Write(json, template, scope);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The list that a pointer leads to.</summary>
    /// <exception cref="BindingException">There is none, or it is too long.</exception>
    public static IReadOnlyList<JsonElement> Items(string pointer, int limit, RunbookScope scope)
    {
        if (scope.Find(JsonPointer.Parse(pointer)!) is not { ValueKind: JsonValueKind.Array } list)
            throw new BindingException($"{pointer} is not a list.");
        if (list.GetArrayLength() > limit) throw new BindingException($"{pointer} has {list.GetArrayLength()} items, more than {limit}.");
        return [.. list.EnumerateArray()];
    }

    private static void Write(Utf8JsonWriter json, JsonElement template, RunbookScope scope)
    {
        switch (template.ValueKind)
        {
            case JsonValueKind.Object when TemplateForm.IsLiteral(template):
                template.GetProperty(TemplateForm.Literal).WriteTo(json);
                break;
            case JsonValueKind.Object when TemplateForm.IsBinding(template):
                (Resolve(template, scope) ?? throw Unbound(template)).WriteTo(json);
                break;
            case JsonValueKind.Object when TemplateForm.IsText(template):
                json.WriteStringValue(Join(template.GetProperty(TemplateForm.Text), scope));
                break;
            case JsonValueKind.Object:
                WriteObject(json, template, scope);
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in template.EnumerateArray()) Write(json, item, scope);
                json.WriteEndArray();
                break;
            default:
                template.WriteTo(json);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter json, JsonElement template, RunbookScope scope)
    {
        json.WriteStartObject();
        foreach (var member in template.EnumerateObject())
        {
            if (IsOptional(member.Value) && Resolve(member.Value, scope) is null) continue;
            json.WritePropertyName(member.Name);
            Write(json, member.Value, scope);
        }

        json.WriteEndObject();
    }

    /// <summary>Text as it is, everything else as JSON.</summary>
    private static string Join(JsonElement parts, RunbookScope scope)
    {
        var text = new StringBuilder();
        foreach (var part in parts.EnumerateArray())
        {
            var value = JsonElement.Parse(Fill(part, scope));
            text.Append(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());
        }

        return text.ToString();
    }

    private static JsonElement? Resolve(JsonElement binding, RunbookScope scope) =>
        scope.Find(PointerOf(binding)) ?? (binding.TryGetProperty(TemplateForm.Default, out var other) ? other : null);

    private static bool IsOptional(JsonElement value) => TemplateForm.IsBinding(value) && PointerOf(value).Segments is ["input", ..];

    private static BindingException Unbound(JsonElement binding) => new($"{PointerOf(binding)} has no value.");

    private static JsonPointer PointerOf(JsonElement binding) => JsonPointer.Parse(binding.GetProperty(TemplateForm.From).GetString()!)!;
}
