using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Lists;

/// <summary>Who asks for which list: what outlives the request that asked.</summary>
/// <param name="Capabilities">The agent's capabilities as JSON; empty for none.</param>
internal sealed record ListQuestion(
    McpListKind Kind, string? PathServer, AccessToken Token, string BearerToken, PolicyRequest Caller, ReadOnlyMemory<byte> Capabilities)
{
    public static ListQuestion From(GatewayCall call, McpListKind kind)
    {
        var envelope = call.Envelope!;
        var capabilities = envelope.ClientCapabilities.IsPresent ? envelope.ClientCapabilities.Of(call.Body.Span).ToArray() : [];
        return new ListQuestion(
            kind, call.PathServer, call.Token!, call.BearerToken, call.Ask("", default) with { Arguments = default }, capabilities);
    }
}
