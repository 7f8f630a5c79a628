using System.Text.Json;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Http;

/// <summary>Writes an answer whose result is an object of ours.</summary>
internal static class ResultWriter
{
    /// <param name="members">Writes the members of the result.</param>
    public static void Write(PooledBuffer answer, GatewayCall call, Action<Utf8JsonWriter> members)
    {
        using var result = new PooledBuffer();
        using (var json = new Utf8JsonWriter(result, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        JsonRpcWriter.WriteResult(answer, call.Envelope!.Id.Of(call.Body.Span), result.Span);
    }
}
