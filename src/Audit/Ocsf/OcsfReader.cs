using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace McpMesh.Audit.Ocsf;

/// <summary>Reads what <see cref="OcsfWriter"/> wrote. An event that breaks a rule is refused with the attribute and the rule.</summary>
public static class OcsfReader
{
    private const int MaxText = AuditEventBounds.MaxText;

    /// <summary>Reads one event; false with a reason when it is not one of the mesh's.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out AuditEvent? auditEvent, [NotNullWhen(false)] out string? error)
    {
        try
        {
            auditEvent = Read(json);
            error = null;
            return true;
        }
        catch (OcsfFormatException refusal)
        {
            auditEvent = null;
            error = refusal.Message;
            return false;
        }
    }

    private static AuditEvent Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new OcsfFormatException("the event must be a JSON object");
        var metadata = Object(json, "metadata");
        var mesh = Object(Object(json, "unmapped"), "mcpmesh");
        var kind = OcsfWord.Kind(Required(mesh, "kind")) ?? throw new OcsfFormatException("unmapped.mcpmesh.kind is unknown");
        var ocsfClass = OcsfClass.Of(kind);
        Require(json, "class_uid", ocsfClass.Class);
        Require(json, "type_uid", ocsfClass.Type);
        var time = Time(json);
        var id = Required(metadata, "uid");
        if (id.Length == 0) throw new OcsfFormatException("metadata.uid must not be empty");
        return new AuditEvent
        {
            Id = id,
            Kind = kind,
            Time = time,
            Emitter = Required(metadata, "log_provider"),
            Transaction = Text(metadata, "correlation_uid"),
            Outcome = Text(json, "status_code"),
            Reason = Text(json, "status_detail"),
            Hop = Number(mesh, "hop"),
            CallId = Text(mesh, "call_id"),
            Subject = Text(mesh, "subject"),
            ClientId = Text(mesh, "client_id"),
            Actors = Actors(mesh),
            Audience = Text(mesh, "audience"),
            Operation = Text(mesh, "operation"),
            Method = Text(mesh, "method"),
            ToolDigest = Text(mesh, "tool_digest"),
            ArgumentDigest = Text(mesh, "args_digest"),
            AccessTokenId = Text(mesh, "token_jti"),
            IdJagId = Text(mesh, "id_jag_jti"),
            IdJagIssuer = Text(mesh, "id_jag_iss"),
            Scope = Text(mesh, "scope"),
            Decision = Text(mesh, "decision"),
            Rule = Text(mesh, "rule"),
            PolicyDigest = Text(mesh, "policy_digest"),
            TraceId = Text(mesh, "trace_id"),
        };
    }

    private static void Require(JsonElement json, string name, int expected)
    {
        if (Number(json, name) != expected) throw new OcsfFormatException($"{name} must be {expected} for this kind");
    }

    private static DateTimeOffset Time(JsonElement json)
    {
        var text = Required(json, "time_dt");
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new OcsfFormatException("time_dt must be an RFC 3339 time");
    }

    private static ImmutableArray<string> Actors(JsonElement mesh)
    {
        if (!mesh.TryGetProperty("actors", out var actors)) return [];
        if (actors.ValueKind != JsonValueKind.Array || actors.GetArrayLength() > AuditEventBounds.MaxActors)
            throw new OcsfFormatException($"unmapped.mcpmesh.actors must be an array of at most {AuditEventBounds.MaxActors} texts");
        return [.. actors.EnumerateArray().Select(actor => Text(actor, "unmapped.mcpmesh.actors[]", MaxText))];
    }

    private static JsonElement Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw new OcsfFormatException($"{name} must be an object");

    private static int Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw new OcsfFormatException($"{name} must be an integer");

    private static string Required(JsonElement parent, string name) =>
        Text(parent, name) ?? throw new OcsfFormatException($"{name} is required");

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? Text(value, name, MaxText) : null;

    private static string Text(JsonElement value, string name, int maxLength)
    {
        if (value.ValueKind != JsonValueKind.String) throw new OcsfFormatException($"{name} must be a text");
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new OcsfFormatException($"{name} must be valid Unicode", error);
        }
        return text.Length <= maxLength ? text : throw new OcsfFormatException($"{name} must have at most {maxLength} characters");
    }
}
