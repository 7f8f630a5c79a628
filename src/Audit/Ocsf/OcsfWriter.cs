using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>
/// Writes an event as OCSF 1.8.0. What its class has a place for stands there, <c>unmapped.mcpmesh</c> holds the rest.
/// <see cref="OcsfReader"/> is the inverse.
/// </summary>
public static class OcsfWriter
{
    internal const string SchemaVersion = "1.8.0";

    /// <summary>Writes one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(auditEvent);
        var ocsfClass = OcsfClass.Of(auditEvent.Kind);
        writer.WriteStartObject();
        WriteClassification(writer, ocsfClass, auditEvent);
        WriteMetadata(writer, ocsfClass, auditEvent);
        WriteStatus(writer, auditEvent);
        switch (auditEvent.Kind)
        {
            case AuditEventKind.Intent or AuditEventKind.Outcome or AuditEventKind.Denial:
                ApiActivityWriter.Write(writer, auditEvent);
                break;
            case AuditEventKind.TokenIssued or AuditEventKind.TokenRefused:
                AuthenticationWriter.Write(writer, auditEvent);
                break;
            default:
                EntityManagementWriter.Write(writer, auditEvent);
                break;
        }
        WriteUnmapped(writer, auditEvent);
        writer.WriteEndObject();
    }

    /// <summary>Writes a property unless its value is unknown: OCSF has no nulls.</summary>
    internal static void Optional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }

    private static void WriteClassification(Utf8JsonWriter writer, OcsfClass ocsfClass, AuditEvent auditEvent)
    {
        writer.WriteNumber("class_uid"u8, ocsfClass.Class);
        writer.WriteString("class_name"u8, ocsfClass.Name);
        writer.WriteNumber("category_uid"u8, ocsfClass.Category);
        writer.WriteNumber("activity_id"u8, ocsfClass.Activity);
        writer.WriteString("activity_name"u8, auditEvent.Kind switch
        {
            AuditEventKind.TokenIssued or AuditEventKind.TokenRefused => "Token Exchange (ID-JAG)",
            AuditEventKind.PolicyChanged => "Update",
            _ => auditEvent.Operation ?? "unknown",
        });
        writer.WriteNumber("type_uid"u8, ocsfClass.Type);
        // 1 Informational, 2 Low: a refusal or failure is worth a look, and no alarm by itself.
        writer.WriteNumber("severity_id"u8, auditEvent.Outcome is null or "success" ? 1 : 2);
        writer.WriteNumber("time"u8, auditEvent.Time.ToUnixTimeMilliseconds());
        writer.WriteString("time_dt"u8, auditEvent.Time.UtcDateTime);
    }

    private static void WriteMetadata(Utf8JsonWriter writer, OcsfClass ocsfClass, AuditEvent auditEvent)
    {
        writer.WriteStartObject("metadata"u8);
        writer.WriteString("version"u8, SchemaVersion);
        writer.WriteString("uid"u8, auditEvent.Id);
        Optional(writer, "correlation_uid"u8, auditEvent.Transaction);
        writer.WriteString("log_provider"u8, auditEvent.Emitter);
        writer.WriteStartObject("product"u8);
        writer.WriteString("name"u8, "McpMesh"u8);
        writer.WriteString("vendor_name"u8, "McpMesh"u8);
        writer.WriteEndObject();
        writer.WriteStartArray("profiles"u8);
        writer.WriteStringValue("datetime"u8);
        if (ocsfClass == OcsfClass.ApiActivity)
        {
            writer.WriteStringValue("security_control"u8);
            if (auditEvent.TraceId is not null) writer.WriteStringValue("trace"u8);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteStatus(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        if (auditEvent.Outcome is { } outcome)
        {
            // 0 Unknown, 1 Success, 2 Failure.
            var (id, caption) = outcome switch { "success" => (1, "Success"), "unknown" => (0, "Unknown"), _ => (2, "Failure") };
            writer.WriteNumber("status_id"u8, id);
            writer.WriteString("status"u8, caption);
            writer.WriteString("status_code"u8, outcome);
        }
        Optional(writer, "status_detail"u8, auditEvent.Reason);
    }

    private static void WriteUnmapped(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        writer.WriteStartObject("unmapped"u8);
        writer.WriteStartObject("mcpmesh"u8);
        writer.WriteString("kind"u8, OcsfWord.Of(auditEvent.Kind));
        writer.WriteNumber("hop"u8, auditEvent.Hop);
        Rest(writer, auditEvent, OcsfField.CallId, "call_id"u8, auditEvent.CallId);
        Rest(writer, auditEvent, OcsfField.Subject, "subject"u8, auditEvent.Subject);
        Rest(writer, auditEvent, OcsfField.ClientId, "client_id"u8, auditEvent.ClientId);
        if (!auditEvent.Actors.IsDefaultOrEmpty && !OcsfPlacement.Has(auditEvent, OcsfField.Actors))
        {
            writer.WriteStartArray("actors"u8);
            foreach (var actor in auditEvent.Actors) writer.WriteStringValue(actor);
            writer.WriteEndArray();
        }
        Rest(writer, auditEvent, OcsfField.Audience, "audience"u8, auditEvent.Audience);
        Rest(writer, auditEvent, OcsfField.Operation, "operation"u8, auditEvent.Operation);
        Rest(writer, auditEvent, OcsfField.Method, "method"u8, auditEvent.Method);
        Rest(writer, auditEvent, OcsfField.ToolDigest, "tool_digest"u8, auditEvent.ToolDigest);
        Optional(writer, "args_digest"u8, auditEvent.ArgumentDigest);
        Rest(writer, auditEvent, OcsfField.AccessTokenId, "token_jti"u8, auditEvent.AccessTokenId);
        Rest(writer, auditEvent, OcsfField.IdJagId, "id_jag_jti"u8, auditEvent.IdJagId);
        Rest(writer, auditEvent, OcsfField.IdJagIssuer, "id_jag_iss"u8, auditEvent.IdJagIssuer);
        Optional(writer, "scope"u8, auditEvent.Scope);
        Rest(writer, auditEvent, OcsfField.Decision, "decision"u8, auditEvent.Decision);
        Rest(writer, auditEvent, OcsfField.Rule, "rule"u8, auditEvent.Rule);
        Rest(writer, auditEvent, OcsfField.PolicyDigest, "policy_digest"u8, auditEvent.PolicyDigest);
        Rest(writer, auditEvent, OcsfField.TraceId, "trace_id"u8, auditEvent.TraceId);
        Optional(writer, "approval"u8, auditEvent.Approval);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Rest(Utf8JsonWriter writer, AuditEvent auditEvent, OcsfField field, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null && !OcsfPlacement.Has(auditEvent, field)) writer.WriteString(name, value);
    }
}
