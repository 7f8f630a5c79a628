using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpMesh.Audit.Ocsf;

/// <summary>Makes OCSF 1.8.0 the JSON of <see cref="AuditEvent"/> everywhere, so that a publish writes each event once.</summary>
internal sealed class AuditEventJsonConverter : JsonConverter<AuditEvent>
{
    public override AuditEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return OcsfReader.TryRead(document.RootElement, out var auditEvent, out var error)
            ? auditEvent
            : throw new JsonException(error);
    }

    public override void Write(Utf8JsonWriter writer, AuditEvent value, JsonSerializerOptions options) => OcsfWriter.Write(writer, value);
}
