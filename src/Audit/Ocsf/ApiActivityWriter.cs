using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>What API Activity 6003 adds: the call, both ends of it, the tool, and the decision (profile <c>security_control</c>).</summary>
internal static class ApiActivityWriter
{
    internal static void Write(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        ActorWriter.Write(writer, auditEvent);
        WriteApi(writer, auditEvent);
        WriteEndpoint(writer, "src_endpoint"u8, Source(auditEvent));
        WriteEndpoint(writer, "dst_endpoint"u8, Server(auditEvent.Method) ?? auditEvent.Emitter);
        WriteResources(writer, auditEvent);
        WriteDecision(writer, auditEvent);
        if (auditEvent.TraceId is null) return;
        writer.WriteStartObject("trace"u8);
        writer.WriteString("uid"u8, auditEvent.TraceId);
        writer.WriteEndObject();
    }

    private static void WriteApi(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        writer.WriteStartObject("api"u8);
        writer.WriteString("operation"u8, auditEvent.Operation ?? OcsfPlacement.Unknown);
        var server = Server(auditEvent.Method);
        if (server is not null || auditEvent.Audience is not null)
        {
            writer.WriteStartObject("service"u8);
            OcsfWriter.Optional(writer, "name"u8, server);
            OcsfWriter.Optional(writer, "uid"u8, auditEvent.Audience);
            writer.WriteEndObject();
        }
        if (auditEvent.CallId is not null)
        {
            writer.WriteStartObject("request"u8);
            writer.WriteString("uid"u8, auditEvent.CallId);
            writer.WriteEndObject();
        }
        if (auditEvent.AccessTokenId is not null)
        {
            writer.WriteStartObject("token"u8);
            writer.WriteString("uid"u8, auditEvent.AccessTokenId);
            writer.WriteNumber("type_id"u8, 7); // API Token
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteEndpoint(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string service)
    {
        writer.WriteStartObject(name);
        writer.WriteString("svc_name"u8, service);
        writer.WriteEndObject();
    }

    private static void WriteResources(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        if (auditEvent.Method is null) return;
        writer.WriteStartArray("resources"u8);
        writer.WriteStartObject();
        writer.WriteString("name"u8, auditEvent.Method);
        writer.WriteString("type"u8, "mcp.tool"u8);
        OcsfWriter.Optional(writer, "uid"u8, auditEvent.ToolDigest);
        writer.WriteNumber("role_id"u8, 1); // Target
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteDecision(Utf8JsonWriter writer, AuditEvent auditEvent)
    {
        var (action, actionName, disposition, dispositionName) = (auditEvent.Kind, auditEvent.Decision) switch
        {
            (AuditEventKind.Denial, "deny") => (2, "Denied", 26, "Unauthorized"),
            (AuditEventKind.Denial, _) => (2, "Denied", 25, "Rejected"),
            (_, "permit") => (1, "Allowed", 1, "Allowed"),
            (_, "approve") => (1, "Allowed", 14, "Delayed"),
            (_, "deny") => (2, "Denied", 26, "Unauthorized"),
            _ => (3, "Observed", 17, "Logged"),
        };
        writer.WriteNumber("action_id"u8, action);
        writer.WriteString("action"u8, actionName);
        writer.WriteNumber("disposition_id"u8, disposition);
        writer.WriteString("disposition"u8, dispositionName);
        if (auditEvent.Decision is null) return;
        writer.WriteStartArray("authorizations"u8);
        writer.WriteStartObject();
        writer.WriteString("decision"u8, auditEvent.Decision);
        writer.WriteStartObject("policy"u8);
        writer.WriteString("name"u8, "mesh-policy"u8);
        OcsfWriter.Optional(writer, "uid"u8, auditEvent.Rule);
        OcsfWriter.Optional(writer, "version"u8, auditEvent.PolicyDigest);
        writer.WriteBoolean("is_applied"u8, true);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>The caller on this hop is the newest actor.</summary>
    private static string Source(AuditEvent auditEvent) =>
        auditEvent.Actors.IsDefaultOrEmpty ? auditEvent.ClientId ?? "unknown" : auditEvent.Actors[0];

    /// <summary>A method's name is <c>server.tool</c>, split at the first dot.</summary>
    private static string? Server(string? method)
    {
        if (method is null) return null;
        var dot = method.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? method[..dot] : null;
    }
}
