using McpMesh.Gateway.Errors;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Parsing;

/// <summary>
/// Stage 4: which era the request belongs to, and whether its headers say what its body says (MCP 2026-07-28, Streamable HTTP). What a
/// proxy in front decided by the headers must be what is done by the body.
/// </summary>
internal static class AgreementStage
{
    public static GatewayError? Check(GatewayCall call)
    {
        var envelope = call.Envelope!;
        var headers = call.Http.Request.Headers;
        var version = headers[McpHeader.ProtocolVersion];
        if (version.Count > 1) return GatewayErrors.HeaderMismatch($"{McpHeader.ProtocolVersion} must be given once.");

        var announced = version.Count == 1 ? version[0] : null;
        if (IsLegacy(call, announced))
        {
            call.Era = McpEra.Legacy;
            return announced is null || McpRevision.Find(announced) is { Era: McpEra.Legacy }
                ? null
                : GatewayErrors.UnsupportedVersion(announced);
        }

        call.Era = McpEra.Modern;
        if (envelope.Kind == JsonRpcKind.Response) return GatewayErrors.UnexpectedResponse;
        if (envelope.Kind == JsonRpcKind.Notification) return null;
        return CheckVersion(envelope, announced) ?? CheckMirrors(call, envelope, headers);
    }

    private static bool IsLegacy(GatewayCall call, string? announced)
    {
        var envelope = call.Envelope!;
        if (envelope.ProtocolVersion is not null) return false;
        if (announced is not null)
            return McpRevision.Find(announced) is { Era: McpEra.Legacy } || (IsInSession(call) && !IsModern(announced));
        return envelope.Method == McpMethod.Initialize || IsInSession(call);
    }

    private static bool IsModern(string announced) => McpRevision.Find(announced) is { Era: McpEra.Modern };

    private static bool IsInSession(GatewayCall call) => call.Http.Request.Headers.ContainsKey(McpHeader.SessionId);

    private static GatewayError? CheckVersion(JsonRpcEnvelope envelope, string? announced)
    {
        if (envelope.ProtocolVersion is not { } version || !envelope.ClientCapabilities.IsPresent)
            return announced is null || IsModern(announced) ? GatewayErrors.MissingMeta : GatewayErrors.UnsupportedVersion(announced);
        if (announced is null) return GatewayErrors.HeaderMismatch($"{McpHeader.ProtocolVersion} is required.");
        if (announced != version) return GatewayErrors.HeaderMismatch($"{McpHeader.ProtocolVersion} differs from params._meta.");
        return IsModern(version) ? null : GatewayErrors.UnsupportedVersion(version);
    }

    private static GatewayError? CheckMirrors(GatewayCall call, JsonRpcEnvelope envelope, IHeaderDictionary headers)
    {
        var method = headers[McpHeader.Method];
        if (method.Count != 1) return GatewayErrors.HeaderMismatch($"{McpHeader.Method} is required, once.");
        if (method[0] != envelope.Method) return GatewayErrors.HeaderMismatch($"{McpHeader.Method} differs from method.");

        var at = envelope.Method switch
        {
            McpMethod.ToolsCall or McpMethod.PromptsGet => envelope.Name,
            McpMethod.ResourcesRead => envelope.Uri,
            _ => default,
        };
        var name = headers[McpHeader.Name];
        if (!at.IsPresent) return null;
        if (name.Count != 1) return GatewayErrors.HeaderMismatch($"{McpHeader.Name} is required, once.");
        if (!McpHeaderValue.TryDecode(name[0]!, out var text))
            return GatewayErrors.HeaderMismatch($"{McpHeader.Name} is not a valid value.");
        return text == JsonSplice.Text(call.Body.Span, at)
            ? null
            : GatewayErrors.HeaderMismatch($"{McpHeader.Name} differs from the body.");
    }
}
