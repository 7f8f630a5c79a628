using System.Diagnostics;
using System.Diagnostics.Metrics;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Telemetry;

/// <summary>
/// Spans and durations after OpenTelemetry's conventions for MCP. Without a listener a call costs one look at a flag.
/// </summary>
internal sealed class GatewayTelemetry : IDisposable
{
    public const string Name = "McpMesh.Gateway";

    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter;
    private readonly Histogram<double> _durations;

    public GatewayTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _durations = _meter.CreateHistogram(
            "mcp.server.operation.duration",
            "s",
            "Duration of an MCP request as the gateway saw it.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
            });
    }

    /// <summary>
    /// The span of a forwarded call; null when nobody listens. The trace that the agent names in the message is its parent; that of the
    /// HTTP request is linked.
    /// </summary>
    public Activity? Start(GatewayCall call)
    {
        if (!_source.HasListeners()) return null;
        var envelope = call.Envelope!;
        var body = call.Body.Span;
        var ambient = Activity.Current;
        var parent = ambient?.Context ?? default;
        ActivityLink[]? links = null;
        if (envelope.TraceParent.IsPresent && ActivityContext.TryParse(
            JsonSplice.Text(body, envelope.TraceParent), envelope.TraceState.IsPresent ? JsonSplice.Text(body, envelope.TraceState) : null,
            true, out var named))
        {
            parent = named;
            if (ambient is not null) links = [new ActivityLink(ambient.Context)];
        }

        var isTool = envelope.Method == McpMethod.ToolsCall;
        var activity = _source.StartActivity(
            isTool ? $"{envelope.Method} {call.Method}" : envelope.Method, ActivityKind.Server, parent, null, links);
        if (activity is not { IsAllDataRequested: true }) return activity;
        activity.SetTag("mcp.method.name", envelope.Method);
        activity.SetTag("mcp.protocol.version", call.Session?.Version ?? McpRevision.V20260728.Version);
        activity.SetTag("jsonrpc.request.id", System.Text.Encoding.UTF8.GetString(envelope.Id.Of(body)).Trim('"'));
        activity.SetTag("dev.mcpmesh.txn", call.Token!.Transaction);
        if (call.Session is not null) activity.SetTag("mcp.session.id", call.Session.Id);
        if (isTool) activity.SetTag("gen_ai.operation.name", "execute_tool").SetTag("gen_ai.tool.name", call.Method);
        if (envelope.Method == McpMethod.PromptsGet) activity.SetTag("gen_ai.prompt.name", call.Target);
        return activity;
    }

    /// <summary>Says how the call ended and how long it took.</summary>
    public void Stop(GatewayCall call, TimeSpan duration)
    {
        var failed = call.Outcome != "success";
        if (_durations.Enabled)
        {
            var tags = new TagList { { "mcp.method.name", call.Envelope!.Method } };
            if (call.Envelope.Method == McpMethod.ToolsCall) tags.Add("gen_ai.tool.name", call.Method);
            if (failed) tags.Add("error.type", ErrorType(call));
            _durations.Record(duration.TotalSeconds, tags);
        }

        if (failed) call.Activity?.SetTag("error.type", ErrorType(call)).SetStatus(ActivityStatusCode.Error, call.OutcomeReason);
    }

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    private static string ErrorType(GatewayCall call) =>
        call.ErrorCode is { } code
            ? code.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : call.Outcome == "failed" ? "tool_error" : call.Outcome!;
}
