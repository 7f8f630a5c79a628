using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using McpMesh.Audit.Ocsf;
using McpMesh.AuditSink.Storage;

namespace McpMesh.AuditSink.Delivery;

/// <summary>Reads an audit event out of the CloudEvents envelope it was delivered in.</summary>
internal static class DeliveredEvent
{
    /// <summary>Largest JSON of one event in bytes; the publisher's own limits stay far below.</summary>
    private const int LargestEvent = 1024 * 1024;

    internal static bool TryRead(
        JsonElement envelope, [NotNullWhen(true)] out AuditRecord? record, [NotNullWhen(false)] out string? reason)
    {
        record = null;
        if (envelope.ValueKind != JsonValueKind.Object || !envelope.TryGetProperty("data"u8, out var data))
        {
            reason = "the message is not a CloudEvent with JSON data";
            return false;
        }
        var json = JsonMarshal.GetRawUtf8Value(data);
        if (json.Length > LargestEvent)
        {
            reason = $"the event has {json.Length} bytes; at most {LargestEvent} are taken";
            return false;
        }
        if (!OcsfReader.TryRead(data, out var auditEvent, out reason)) return false;
        record = AuditRecord.Of(auditEvent, json.ToArray());
        return true;
    }
}
