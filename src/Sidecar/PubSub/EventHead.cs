using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// What a delivery without rules needs of an event: the attributes before its data, which <see cref="CloudEventEnvelope"/> writes last.
/// The data, by far the most of it, is not read again.
/// </summary>
internal readonly record struct EventHead(string? Trace, string? Expiration)
{
    /// <summary>False when this is no JSON object.</summary>
    public static bool TryRead(ReadOnlySpan<byte> cloudEvent, out EventHead head)
    {
        head = default;
        string? traceParent = null, traceId = null, expiration = null;
        var json = new Utf8JsonReader(cloudEvent);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName && !IsData(in json))
            {
                if (json.ValueTextEquals("traceparent"u8)) traceParent = Text(ref json);
                else if (json.ValueTextEquals("traceid"u8)) traceId = Text(ref json);
                else if (json.ValueTextEquals("expiration"u8)) expiration = Text(ref json);
                else json.Skip();
            }
        }
        catch (JsonException)
        {
            return false;
        }

        head = new EventHead(traceParent ?? traceId, expiration);
        return true;
    }

    private static bool IsData(in Utf8JsonReader json) => json.ValueTextEquals("data"u8) || json.ValueTextEquals("data_base64"u8);

    private static string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String) return json.GetString();
        json.Skip();
        return null;
    }
}
