using System.Text.Json;
using McpMesh.Gateway.Http;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Local;

/// <summary>
/// <c>subscriptions/listen</c>. Lists carry a lifetime and no server's notices pass the gateway, so it honours an empty filter: it says
/// so, keeps the stream, and ends it with a result when it stops.
/// </summary>
internal sealed class ListenAnswer(OpenStream stream)
{
    public async ValueTask WriteAsync(GatewayCall call)
    {
        var response = call.Http.Response;
        EventStreamAnswer.Begin(response);
        using var message = new PooledBuffer();
        WriteAcknowledgement(message, call);
        SseWriter.WriteMessage(response.BodyWriter, message.Span);
        await stream.HoldAsync(call, static _ => ValueTask.FromResult(true), call.Http.RequestAborted);
        if (call.Http.RequestAborted.IsCancellationRequested) return;

        using var result = new PooledBuffer();
        WriteResult(result, call);
        SseWriter.WriteMessage(response.BodyWriter, result.Span);
        await response.BodyWriter.FlushAsync(call.Http.RequestAborted);
    }

    private static void WriteAcknowledgement(PooledBuffer output, GatewayCall call)
    {
        using var json = new Utf8JsonWriter(output, JsonRpcWriter.Options);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WriteString("method"u8, "notifications/subscriptions/acknowledged"u8);
        json.WriteStartObject("params"u8);
        json.WriteStartObject("notifications"u8);
        json.WriteEndObject();
        WriteMeta(json, call);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(PooledBuffer output, GatewayCall call)
    {
        using var result = new PooledBuffer();
        using (var json = new Utf8JsonWriter(result, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("resultType"u8, "complete"u8);
            WriteMeta(json, call);
            json.WriteEndObject();
        }

        JsonRpcWriter.WriteResult(output, call.Envelope!.Id.Of(call.Body.Span), result.Span);
    }

    private static void WriteMeta(Utf8JsonWriter json, GatewayCall call)
    {
        json.WriteStartObject("_meta"u8);
        json.WritePropertyName(McpMetaKey.SubscriptionId);
        json.WriteRawValue(call.Envelope!.Id.Of(call.Body.Span), skipInputValidation: true);
        json.WriteEndObject();
    }
}
