using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>What Authentication 3002 adds: the user, the service that the token is for, and the grant it came from.</summary>
internal static class AuthenticationWriter
{
    internal static void Write(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        ActorWriter.WriteUser(writer, auditEvent.Subject);
        ActorWriter.Write(writer, auditEvent);
        writer.WriteStartObject("service"u8);
        writer.WriteString("name"u8, auditEvent.Audience ?? OcsfPlacement.Unknown);
        writer.WriteEndObject();
        writer.WriteNumber("auth_protocol_id"u8, 6);
        writer.WriteString("auth_protocol"u8, "OAUTH 2.0"u8);
        writer.WriteBoolean("is_remote"u8, true);
        if (auditEvent.IdJagId is not null)
        {
            writer.WriteStartObject("authentication_token"u8);
            writer.WriteNumber("type_id"u8, 99);
            writer.WriteString("type"u8, "ID-JAG"u8);
            writer.WriteString("uid"u8, auditEvent.IdJagId);
            writer.WriteEndObject();
        }
        ActorWriter.WriteSession(writer, auditEvent);
    }
}
