using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>What Entity Management 3004 adds: the policy, and who changed it where that is known.</summary>
internal static class EntityManagementWriter
{
    internal static void Write(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        if (auditEvent.Subject is not null || auditEvent.ClientId is not null) ActorWriter.Write(writer, auditEvent);
        writer.WriteStartObject("entity"u8);
        writer.WriteString("name"u8, "mesh-policy"u8);
        writer.WriteString("type"u8, "Policy"u8);
        OcsfWriter.Optional(writer, "version"u8, auditEvent.PolicyDigest);
        writer.WriteEndObject();
    }
}
