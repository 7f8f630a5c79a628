using System.Buffers;

namespace McpMesh.Protocol;

/// <summary>Writes server-sent events.</summary>
public static class SseWriter
{
    /// <summary>A comment that keeps an idle connection open; allowed only between events.</summary>
    public static ReadOnlySpan<byte> KeepAlive => ": keep-alive\n\n"u8;

    /// <summary>One event of type <c>message</c>.</summary>
    /// <param name="data">One JSON-RPC message; must hold no line break, as <see cref="System.Text.Json.Utf8JsonWriter"/> writes
    /// it.</param>
    public static void WriteMessage(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        output.Write("event: message\ndata: "u8);
        output.Write(data);
        output.Write("\n\n"u8);
    }
}
