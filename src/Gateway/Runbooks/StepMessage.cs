using System.Buffers;
using System.Text;
using System.Text.Json;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Runbooks;

/// <summary>The JSON-RPC request of a step's call, as its server gets it.</summary>
internal static class StepMessage
{
    public static string Write(string callId, string tool, string arguments, string? traceParent)
    {
        var message = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(message, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WriteString("id"u8, callId);
            json.WriteString("method"u8, McpMethod.ToolsCall);
            json.WriteStartObject("params"u8);
            json.WriteString("name"u8, tool);
            json.WritePropertyName("arguments"u8);
            json.WriteRawValue(arguments);
            json.WriteStartObject("_meta"u8);
            json.WriteString(McpMetaKey.ProtocolVersion, McpRevision.V20260728.Version);
            json.WriteStartObject(McpMetaKey.ClientCapabilities);
            json.WriteEndObject();
            json.WriteString(McpMetaKey.IdempotencyKey, callId);
            if (traceParent is not null) json.WriteString("traceparent"u8, traceParent);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(message.WrittenSpan);
    }
}
