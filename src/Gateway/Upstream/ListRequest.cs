using System.Buffers;
using System.Text.Json;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>The message that asks a server for one page of a list.</summary>
internal static class ListRequest
{
    /// <summary>Every such request is an exchange of its own, so one id serves all.</summary>
    public static ReadOnlySpan<byte> Id => "1"u8;

    /// <param name="capabilities">The agent's capabilities as JSON; empty for none.</param>
    /// <param name="cursor">Where to go on; null for the first page.</param>
    public static ReadOnlyMemory<byte> Write(string method, ReadOnlySpan<byte> capabilities, string? cursor)
    {
        var message = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(message, JsonRpcWriter.Options);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WritePropertyName("id"u8);
        json.WriteRawValue(Id);
        json.WriteString("method"u8, method);
        json.WriteStartObject("params"u8);
        if (cursor is not null) json.WriteString("cursor"u8, cursor);
        json.WriteStartObject("_meta"u8);
        json.WriteString(McpMetaKey.ProtocolVersion, McpRevision.V20260728.Version);
        json.WritePropertyName(McpMetaKey.ClientCapabilities);
        json.WriteRawValue(capabilities.IsEmpty ? "{}"u8 : capabilities);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return message.WrittenMemory;
    }
}
