using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>OCSF's <c>actor</c>, <c>session</c> and user: who acted, through whom, under which grant.</summary>
internal static class ActorWriter
{
    internal static void Write(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        writer.WriteStartObject("actor"u8);
        if (auditEvent.Subject is not null) WriteUser(writer, auditEvent.Subject);
        OcsfWriter.Optional(writer, "app_uid"u8, auditEvent.ClientId);
        // An actor must be something: a caller without a readable token is an application nobody knows.
        if (auditEvent.Subject is null && auditEvent.ClientId is null) writer.WriteString("app_name"u8, "unknown"u8);
        WriteSession(writer, auditEvent);
        if (!auditEvent.Actors.IsDefaultOrEmpty) WriteChain(writer, auditEvent);
        writer.WriteEndObject();
    }

    internal static void WriteUser(Utf8JsonWriter writer, string? subject)
    {
        writer.WriteStartObject("user"u8);
        if (subject is not null) writer.WriteString("uid"u8, subject);
        else writer.WriteString("name"u8, "unknown"u8);
        writer.WriteNumber("type_id"u8, subject is null ? 0 : 1);
        writer.WriteEndObject();
    }

    internal static void WriteSession(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        if (auditEvent.IdJagId is null && auditEvent.IdJagIssuer is null) return;
        writer.WriteStartObject("session"u8);
        OcsfWriter.Optional(writer, "uid"u8, auditEvent.IdJagId);
        OcsfWriter.Optional(writer, "issuer"u8, auditEvent.IdJagIssuer);
        writer.WriteEndObject();
    }

    /// <summary>OCSF has no object for a delegation chain; an authorization with the chain as its policy's data is the nearest.</summary>
    private static void WriteChain(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        writer.WriteStartArray("authorizations"u8);
        writer.WriteStartObject();
        writer.WriteString("decision"u8, "delegated"u8);
        writer.WriteStartObject("policy"u8);
        writer.WriteString("uid"u8, "act-chain"u8);
        writer.WriteStartArray("data"u8);
        foreach (var actor in auditEvent.Actors)
        {
            writer.WriteStartObject();
            writer.WriteString("sub"u8, actor);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
