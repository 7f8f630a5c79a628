using System.Buffers;
using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// The envelope that a subscription with <c>rawPayload</c> puts around bytes. The publisher's identity is not in it: nobody knows it.
/// </summary>
internal static class RawEnvelope
{
    public static byte[] Create(ReadOnlySpan<byte> data, string topic, string pubSubName, MessageMetadata? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>(data.Length * 4 / 3 + 512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", Guid.NewGuid().ToString());
            json.WriteString("specversion", "1.0");
            json.WriteString("datacontenttype", "application/octet-stream");
            json.WriteString("source", CloudEventEnvelope.UnknownSource);
            json.WriteString("type", CloudEventEnvelope.DefaultType);
            json.WriteString("topic", topic);
            json.WriteString("pubsubname", pubSubName);
            json.WriteBase64String("data_base64", data);
            WriteTrace(json, metadata);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTrace(Utf8JsonWriter json, MessageMetadata? metadata)
    {
        if (metadata is null) return;
        var parent = metadata.Items.GetValueOrDefault("traceparent");
        if ((parent ?? metadata.Items.GetValueOrDefault("traceid")) is { } trace) json.WriteString("traceid", trace);
        if (parent is not null) json.WriteString("traceparent", parent);
        if (metadata.Items.GetValueOrDefault("tracestate") is { } state) json.WriteString("tracestate", state);
    }
}
