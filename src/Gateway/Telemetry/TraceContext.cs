using System.Diagnostics;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Telemetry;

/// <summary>The W3C trace that a call belongs to: our own span, else what the message's <c>_meta</c> says, else the HTTP header.</summary>
internal static class TraceContext
{
    private const string Header = "traceparent";

    /// <summary>The <c>traceparent</c> to hand on; null when the call belongs to no trace.</summary>
    public static string? Parent(GatewayCall call)
    {
        if (call.Activity?.Id is { } id) return id;
        var given = call.Envelope is { TraceParent.IsPresent: true } envelope
            ? JsonSplice.Text(call.Body.Span, envelope.TraceParent)
            : (string?)call.Http.Request.Headers[Header];
        return given is not null && ActivityContext.TryParse(given, null, out _) ? given : null;
    }

    /// <summary>The trace id, 32 hex digits; null when the call belongs to no trace.</summary>
    public static string? TraceId(GatewayCall call) => Parent(call) is { } parent ? parent[3..35] : Activity.Current?.TraceId.ToHexString();
}
