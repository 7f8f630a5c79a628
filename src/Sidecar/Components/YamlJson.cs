using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Components;

/// <summary>YAML values as the JSON that Dapr makes of them: it reads YAML 1.1 and sorts keys.</summary>
internal static class YamlJson
{
    /// <summary>The value of a metadata item: text as it is, anything else as JSON.</summary>
    public static string TextOf(YamlNode node)
    {
        if (node is not YamlScalarNode scalar) return Write(node);
        return scalar.Style is ScalarStyle.Plain && !IsTagged(scalar) ? Plain(scalar.Value ?? "") ?? "" : scalar.Value ?? "";
    }

    /// <summary>The whole node as compact JSON.</summary>
    public static string Write(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, node);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                json.WriteStartObject();
                foreach (var (key, value) in mapping.Children.OrderBy(child => TextOf(child.Key), StringComparer.Ordinal))
                {
                    json.WritePropertyName(TextOf(key));
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Children) Write(json, item);
                json.WriteEndArray();
                break;
            case YamlScalarNode scalar when scalar.Style is ScalarStyle.Plain && !IsTagged(scalar):
                if (Plain(scalar.Value ?? "") is not { } text) json.WriteNullValue();
                else if (IsText(scalar.Value ?? "")) json.WriteStringValue(text);
                else json.WriteRawValue(text);
                break;
            case YamlScalarNode scalar:
                json.WriteStringValue(scalar.Value);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static bool IsTagged(YamlScalarNode scalar) => !scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str";

    private static bool IsText(string text) => text.Length == 0 || (BooleanOf(text) is null && NumberOf(text) is null);

    /// <summary>Null for YAML's null.</summary>
    private static string? Plain(string text) =>
        text is "" or "~" or "null" or "Null" or "NULL" ? null : BooleanOf(text) ?? NumberOf(text) ?? text;

    private static string? BooleanOf(string text) => text switch
    {
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => "true",
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => "false",
        _ => null,
    };

    private static string? NumberOf(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (digits.Length == 0 || !(char.IsAsciiDigit(digits[^1]) || char.IsAsciiHexDigit(digits[^1]) || digits[^1] == '.')) return null;
        var sign = digits[0] is '-' or '+' ? 1 : 0;
        if (digits.Length == sign || !(char.IsAsciiDigit(digits[sign]) || digits[sign] == '.')) return null;
        if (Prefixed(digits.AsSpan(sign)) is { } whole) return digits[0] == '-' ? $"-{whole}" : $"{whole}";
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return $"{number}";
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || !double.IsFinite(real)) return null;
        var shortest = real.ToString("R", CultureInfo.InvariantCulture);
        if (!shortest.Contains('E', StringComparison.Ordinal)) return shortest;
        // JSON of Go has an exponent only from 1e21 and below 1e-6.
        return Math.Abs(real) is < 1e21 and >= 1e-6
            ? real.ToString("0.#####################", CultureInfo.InvariantCulture)
            : shortest.Replace("E", "e", StringComparison.Ordinal);
    }

    // 0x1F, 0o17, 0b1, and 017, which is octal in YAML 1.1.
    private static ulong? Prefixed(ReadOnlySpan<char> digits)
    {
        if (digits.Length < 2 || digits[0] != '0') return null;
        var radix = char.ToLowerInvariant(digits[1]) switch
        {
            'x' => 16u,
            'b' => 2u,
            _ => 8u,
        };
        var rest = digits[(char.IsAsciiLetter(digits[1]) ? 2 : 1)..];
        ulong value = 0;
        foreach (var digit in rest)
        {
            var worth = char.IsAsciiHexDigit(digit) ? (uint)Convert.ToInt32($"{digit}", 16) : uint.MaxValue;
            if (worth >= radix || value > (ulong.MaxValue - worth) / radix) return null;
            value = value * radix + worth;
        }

        return rest.IsEmpty ? null : value;
    }
}
