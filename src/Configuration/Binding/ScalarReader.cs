using System.Globalization;
using System.Text.Json;

namespace McpMesh.Configuration.Binding;

/// <summary>Reads the text of a scalar as a typed value.</summary>
internal static class ScalarReader
{
    /// <summary>The value, or the rule that the text breaks.</summary>
    public static (object? Value, string? Error) Read(Type type, string text) => type switch
    {
        _ when type == typeof(string) => (text, null),
        _ when type == typeof(bool) => text is "true" or "false" ? (text == "true", null) : (null, "must be true or false"),
        _ when type == typeof(int) => ReadInteger(text, int.MinValue, int.MaxValue, static value => (int)value),
        _ when type == typeof(long) => ReadInteger(text, long.MinValue, long.MaxValue, static value => value),
        _ when type == typeof(decimal) => ReadDecimal(text),
        _ when type == typeof(TimeSpan) => ReadDuration(text),
        _ when type == typeof(Uri) => ReadUri(text),
        { IsEnum: true } => ReadEnum(type, text),
        _ => throw new NotSupportedException($"The type {type} cannot be bound from YAML."),
    };

    public static bool Reads(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long)
        || type == typeof(decimal) || type == typeof(TimeSpan) || type == typeof(Uri);

    private static (object?, string?) ReadInteger(string text, long least, long most, Func<long, object> convert) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? (convert(value), null)
            : (null, "must be a whole number" + (most == int.MaxValue ? " within 32 bits" : ""));

    private static (object?, string?) ReadDecimal(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? (value, null)
            : (null, "must be a number");

    private static (object?, string?) ReadDuration(string text)
    {
        const string rule = "must be a duration: a whole number and ms, s, m, h or d, such as 500ms, 60s, 10m, 12h";
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is <= 0 or > 10)
            return (null, rule);

        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is null)
            return (null, rule);

        var count = long.Parse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture);
        return count <= TimeSpan.FromDays(3650) / unit.Value
            ? (unit.Value * count, null)
            : (null, "is longer than ten years");
    }

    private static (object?, string?) ReadUri(string text) =>
        // Without the second test "/path" would pass as a file URI.
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase)
            ? (uri, null)
            : (null, "must be an absolute URI, such as https://mesh.example");

    private static (object?, string?) ReadEnum(Type type, string text)
    {
        foreach (var name in Enum.GetNames(type))
        {
            if (JsonNamingPolicy.KebabCaseLower.ConvertName(name) == text)
                return (Enum.Parse(type, name), null);
        }

        return (null, $"must be one of: {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}");
    }
}
