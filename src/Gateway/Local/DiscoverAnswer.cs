using System.Text.Json;
using McpMesh.Gateway.Http;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Local;

/// <summary><c>server/discover</c>: the gateway speaks for all its servers.</summary>
internal static class DiscoverAnswer
{
    private const long TtlMs = 60_000;
    private static readonly byte[] Result = Write();

    public static async ValueTask WriteAsync(GatewayCall call)
    {
        using var answer = new PooledBuffer(1024);
        JsonRpcWriter.WriteResult(answer, call.Envelope!.Id.Of(call.Body.Span), Result);
        await JsonAnswer.WriteAsync(call.Http.Response, answer.Written, call.Http.RequestAborted);
    }

    private static byte[] Write()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, JsonRpcWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("resultType"u8, "complete"u8);
            json.WriteStartArray("supportedVersions"u8);
            foreach (var revision in McpRevision.All) json.WriteStringValue(revision.Version);
            json.WriteEndArray();
            Capabilities.Write(json, isLegacy: false);
            json.WriteNumber("ttlMs"u8, TtlMs);
            json.WriteString("cacheScope"u8, "private"u8);
            json.WriteStartObject("_meta"u8);
            GatewayIdentity.WriteServerInfo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
