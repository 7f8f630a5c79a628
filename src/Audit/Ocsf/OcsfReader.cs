using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>Reads what <see cref="OcsfWriter"/> wrote. An event that breaks a rule is refused with the attribute and the rule.</summary>
public static class OcsfReader
{
    /// <summary>Attributes beside those that the mesh reads may nest deeply; they are stepped over.</summary>
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 10_000 };

    /// <summary>Reads one event; false with a reason when it is not one of the mesh's.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out AuditEvent? auditEvent, [NotNullWhen(false)] out string? error)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(json);
        var reader = new Utf8JsonReader(bytes, Deep);
        reader.Read();
        auditEvent = TryRead(ref reader, bytes, out var record, out error) ? record.ToEvent() : null;
        return auditEvent is not null;
    }

    /// <summary>Reads the event that begins at the reader's token. Whether it succeeds or not, the reader then stands at its end.</summary>
    /// <param name="reader">A reader over <paramref name="source"/>.</param>
    /// <param name="source">The whole text, in one piece.</param>
    /// <param name="record">The event.</param>
    /// <param name="error">Why it is not one of the mesh's.</param>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static bool TryRead(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> source, out OcsfRecord record, [NotNullWhen(false)] out string? error)
    {
        var beginning = reader;
        try
        {
            record = OcsfWalk.Read(ref reader, source);
            error = null;
            return true;
        }
        catch (OcsfFormatException refusal)
        {
            reader = beginning;
            reader.Skip();
            record = default;
            error = refusal.Message;
            return false;
        }
    }
}
