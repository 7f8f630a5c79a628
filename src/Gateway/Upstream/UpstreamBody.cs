using System.Text;
using McpMesh.Gateway.Http;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Upstream;

/// <summary>
/// The agent's message as its server gets it: the same bytes, but the target under the server's own name and, for an agent of the legacy
/// era, the metadata of the modern one.
/// </summary>
internal static class UpstreamBody
{
    // A session of the legacy era can be asked for nothing in the middle of a call, so its requests declare no capability.
    private static readonly byte[] Version = Encoding.UTF8.GetBytes(
        $"\"{McpMetaKey.ProtocolVersion}\":\"{McpRevision.V20260728.Version}\"");
    private static readonly byte[] VersionAndCapabilities = [
        .. Version, .. Encoding.UTF8.GetBytes($",\"{McpMetaKey.ClientCapabilities}\":{{}}")];

    public static void Write(GatewayCall call, PooledBuffer output)
    {
        Span<JsonEdit> edits = [default, default, default, default];
        var count = 0;
        if (call.TargetAt.IsPresent) edits[count++] = Rename(call.Body.Span, call.TargetAt, call.Target!);
        var envelope = call.Envelope!;
        var parent = call.Activity?.Id;
        if (parent is not null && envelope.TraceParent.IsPresent)
            edits[count++] = new JsonEdit(envelope.TraceParent, JsonSplice.Quote(parent));
        if (call.CallId is not null && envelope.IdempotencyKey.IsPresent)
            edits[count++] = new JsonEdit(envelope.IdempotencyKey, JsonSplice.Quote(call.CallId));
        var members = Members(call, envelope.TraceParent.IsPresent ? null : parent, envelope.IdempotencyKey.IsPresent ? null : call.CallId);
        if (members.Length > 0) edits[count++] = Put(call.Body.Span, envelope, members);
        edits = edits[..count];
        edits.Sort(static (a, b) => a.At.Start.CompareTo(b.At.Start));
        JsonSplice.Write(call.Body.Span, edits, output);
    }

    /// <summary>What the server calls the target is the end of what the agent calls it, so as a rule only the beginning goes.</summary>
    private static JsonEdit Rename(ReadOnlySpan<byte> body, JsonRange at, string target)
    {
        if (at.Of(body).Contains((byte)'\\')) return new JsonEdit(at, JsonSplice.Quote(target));
        var kept = Encoding.UTF8.GetByteCount(target) + 1;
        return new JsonEdit(new JsonRange(at.Start + 1, at.Length - 1 - kept), default);
    }

    /// <summary>
    /// What <c>_meta</c> gets more: the modern era's metadata for the legacy one, the parent of the server's span, and the id of a call that
    /// may be repeated.
    /// </summary>
    private static byte[] Members(GatewayCall call, string? parent, string? callId)
    {
        byte[] version = call.Era == McpEra.Modern ? [] : call.Envelope!.ClientCapabilities.IsPresent ? Version : VersionAndCapabilities;
        if (parent is null && callId is null) return version;
        var members = new List<byte>(version);
        if (parent is not null) Add(members, "traceparent", parent);
        if (callId is not null) Add(members, McpMetaKey.IdempotencyKey, callId);
        return [.. members];
    }

    private static void Add(List<byte> members, string name, string value)
    {
        if (members.Count > 0) members.Add((byte)',');
        members.AddRange(JsonSplice.Quote(name));
        members.Add((byte)':');
        members.AddRange(JsonSplice.Quote(value));
    }

    private static JsonEdit Put(ReadOnlySpan<byte> body, JsonRpcEnvelope envelope, ReadOnlySpan<byte> members)
    {
        if (envelope.Meta.IsPresent) return JsonSplice.Prepend(body, envelope.Meta, members);
        byte[] meta = [.. "\"_meta\":{"u8, .. members, (byte)'}'];
        return envelope.Params.IsPresent
            ? JsonSplice.Prepend(body, envelope.Params, meta)
            : JsonSplice.Prepend(body, envelope.Message, [.. "\"params\":{"u8, .. meta, (byte)'}']);
    }
}
