using System.Text;
using McpMesh.Gateway.Http;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>
/// The agent's message as its server gets it: the same bytes, but the target under the server's own name and, for an agent of the legacy era,
/// the metadata of the modern one.
/// </summary>
internal static class UpstreamBody
{
    // A session of the legacy era can be asked for nothing in the middle of a call, so its requests declare no capability.
    private static readonly byte[] Version = Encoding.UTF8.GetBytes($"\"{McpMetaKey.ProtocolVersion}\":\"{McpRevision.V20260728.Version}\"");
    private static readonly byte[] VersionAndCapabilities = [.. Version, .. Encoding.UTF8.GetBytes($",\"{McpMetaKey.ClientCapabilities}\":{{}}")];

    public static void Write(GatewayCall call, PooledBuffer output)
    {
        var edits = new List<JsonEdit>(3);
        if (call.TargetAt.IsPresent) edits.Add(new JsonEdit(call.TargetAt, JsonSplice.Quote(call.Target)));
        if (call.Era == McpEra.Legacy) edits.Add(Metadata(call.Body.Span, call.Envelope!));
        edits.Sort(static (a, b) => a.At.Start.CompareTo(b.At.Start));
        JsonSplice.Write(call.Body.Span, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(edits), output);
    }

    private static JsonEdit Metadata(ReadOnlySpan<byte> body, JsonRpcEnvelope envelope)
    {
        var members = envelope.ClientCapabilities.IsPresent ? Version : VersionAndCapabilities;
        if (envelope.Meta.IsPresent) return JsonSplice.Prepend(body, envelope.Meta, members);
        byte[] meta = [.. "\"_meta\":{"u8, .. members, (byte)'}'];
        return envelope.Params.IsPresent
            ? JsonSplice.Prepend(body, envelope.Params, meta)
            : JsonSplice.Prepend(body, envelope.Message, [.. "\"params\":{"u8, .. meta, (byte)'}']);
    }
}
