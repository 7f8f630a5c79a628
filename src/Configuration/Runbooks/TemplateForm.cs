using System.Text.Json;

namespace McpMesh.Configuration.Runbooks;

/// <summary>
/// What an object in a runbook's values means: <c>{ from: pointer, default: value }</c> is a binding, <c>{ text: [parts] }</c> joins its
/// parts to one string, <c>{ literal: value }</c> is the value as it stands, and any other is an object.
/// </summary>
public static class TemplateForm
{
    /// <summary>Key of a binding's pointer.</summary>
    public const string From = "from";

    /// <summary>Key of what a binding to nothing stands for.</summary>
    public const string Default = "default";

    /// <summary>Key of a text's parts.</summary>
    public const string Text = "text";

    /// <summary>Key of a value in which nothing is a binding.</summary>
    public const string Literal = "literal";

    /// <summary>True for a binding, whatever it points to.</summary>
    public static bool IsBinding(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(From, out _)
        && value.EnumerateObject().All(member => member.Name is From or Default);

    /// <summary>True for a text of parts.</summary>
    public static bool IsText(JsonElement value) => IsOnly(value, Text, out var parts) && parts.ValueKind == JsonValueKind.Array;

    /// <summary>True for a value as it stands.</summary>
    public static bool IsLiteral(JsonElement value) => IsOnly(value, Literal, out _);

    private static bool IsOnly(JsonElement value, string key, out JsonElement member)
    {
        member = default;
        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(key, out member) && value.GetPropertyCount() == 1;
    }
}
