using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpMesh.Protocol;

/// <summary>Writes JSON-RPC messages.</summary>
public static class JsonRpcWriter
{
    /// <summary>How all our messages are written: only what JSON itself requires is escaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An answer around a result that is JSON already.</summary>
    /// <param name="id">The request's id as JSON.</param>
    /// <param name="result">The result as JSON.</param>
    public static void WriteResult(IBufferWriter<byte> output, ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(id);
        output.Write(",\"result\":"u8);
        output.Write(result);
        output.Write("}"u8);
    }

    /// <summary>An error answer.</summary>
    /// <param name="id">The request's id as JSON; empty when it is not known, which leaves it out (MCP) or writes null as <paramref
    /// name="nullId"/> says.</param>
    /// <param name="code">Error code.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="data">Writes the members of <c>data</c>; null leaves it out.</param>
    public static void WriteError(
        IBufferWriter<byte> output, ReadOnlySpan<byte> id, int code, string message, Action<Utf8JsonWriter>? data = null,
        bool nullId = true)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        if (!id.IsEmpty || nullId)
        {
            json.WritePropertyName("id"u8);
            json.WriteRawValue(id.IsEmpty ? "null"u8 : id, skipInputValidation: true);
        }

        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("message"u8, message);
        if (data is not null)
        {
            json.WriteStartObject("data"u8);
            data(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
