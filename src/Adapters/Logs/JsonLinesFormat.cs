using System.Text;
using System.Text.Json;
using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Logs;

/// <summary>One JSON object a line, with the field names that common loggers use.</summary>
internal sealed class JsonLinesFormat : ILogFormat
{
    private const int MaxDepth = 32;

    public string Name => "json-lines";

    public bool TryParse(ReadOnlySpan<byte> line, DateTimeOffset reference, bool withMessage, out ParsedLine parsed)
    {
        parsed = default;
        if (line.IsEmpty || line[0] != (byte)'{') return false;
        DateTimeOffset? time = null;
        Severity? severity = null;
        string? service = null, message = null;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var field = FieldOf(in reader);
                reader.Read();
                switch (field)
                {
                    case Field.Time: time ??= TimeOf(in reader); break;
                    case Field.Level: severity ??= SeverityOf(in reader); break;
                    case Field.Service when reader.TokenType is JsonTokenType.String: service ??= reader.GetString(); break;
                    case Field.Message when withMessage && reader.TokenType is JsonTokenType.String: message ??= reader.GetString(); break;
                    default: reader.Skip(); break;
                }
            }
            if (reader.TokenType is not JsonTokenType.EndObject || !line[(int)reader.BytesConsumed..].Trim(" \t\r"u8).IsEmpty) return false;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // half a line, or bytes that are no UTF-8
        }
        if (time is null) return false;
        parsed = new ParsedLine(time.Value, severity ?? Severity.Info, service, withMessage ? message ?? "" : null);
        return true;
    }

    private static readonly (byte[] Name, Field Field)[] Fields =
    [
        .. Names(Field.Time, "time", "timestamp", "ts", "@timestamp", "datetime", "@t"),
        .. Names(Field.Level, "level", "severity", "lvl", "log.level", "levelname", "@l"),
        .. Names(Field.Message, "message", "msg", "event", "@m"),
        .. Names(Field.Service, "service", "service.name", "app", "component"),
    ];

    private static IEnumerable<(byte[] Name, Field Field)> Names(Field field, params string[] names) =>
        names.Select(name => (Encoding.ASCII.GetBytes(name), field));

    private static Field FieldOf(ref readonly Utf8JsonReader name)
    {
        foreach (var (known, field) in Fields)
        {
            if (name.ValueTextEquals(known)) return field;
        }
        return Field.Other;
    }

    private static DateTimeOffset? TimeOf(ref readonly Utf8JsonReader value)
    {
        if (value.TokenType is JsonTokenType.Number && value.TryGetDouble(out var number)) return FromEpoch(number);
        if (value.TokenType is not JsonTokenType.String || value.ValueIsEscaped || value.ValueSpan.Length > 64) return null;
        return Rfc3339.TryParse(value.ValueSpan, out var time) ? time : null;
    }

    /// <summary>Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.</summary>
    private static DateTimeOffset? FromEpoch(double number)
    {
        var seconds = number switch { < 1e11 => number, < 1e14 => number / 1e3, < 1e17 => number / 1e6, _ => number / 1e9 };
        return seconds is > 0 and < 253402300800 ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
    }

    private static Severity? SeverityOf(ref readonly Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.String when !value.ValueIsEscaped => SeverityNames.Parse(value.ValueSpan),
        JsonTokenType.Number when value.TryGetInt64(out var level) => SeverityNames.FromNumber(level),
        _ => null,
    };

    private enum Field
    {
        Other,
        Time,
        Level,
        Message,
        Service,
    }
}
