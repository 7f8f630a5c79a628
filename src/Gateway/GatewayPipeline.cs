using McpMesh.Gateway.Authentication;
using McpMesh.Gateway.Decisions;
using McpMesh.Gateway.Durable;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Hops;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Lists;
using McpMesh.Gateway.Local;
using McpMesh.Gateway.Parsing;
using McpMesh.Gateway.Records;
using McpMesh.Gateway.Routing;
using McpMesh.Gateway.Runbooks;
using McpMesh.Gateway.Sessions;
using McpMesh.Gateway.Telemetry;
using McpMesh.Gateway.Upstream;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway;

/// <summary>
/// What happens to a POST, from top to bottom. A stage returns null to go on or the error that ends the request; nothing else ends it.
/// </summary>
internal sealed partial class GatewayPipeline(
    AuthenticateStage authenticate,
    ParseStage parse,
    SessionStage sessions,
    LocalStage local,
    ListStage lists,
    RouteStage route,
    DecideStage decide,
    ToolHintSource hints,
    DurableStage durable,
    CallRecords records,
    HopStage hops,
    ForwardStage forward,
    ErrorAnswer errors,
    GatewayTelemetry telemetry,
    TimeProvider time,
    ILogger<GatewayPipeline> log)
{
    /// <summary>Serves one POST on <c>/mcp</c> or, with <paramref name="server"/>, on <c>/mcp/{server}</c>.</summary>
    public async Task RunAsync(HttpContext http, string? server)
    {
        using var call = new GatewayCall(http, server);
        try
        {
            if (await AnswerAsync(call) is not { } error) return;
            if (call.Outcome is null) await records.RefuseAsync(call, error);
            await FailAsync(call, error);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The agent is gone; there is nobody to answer.
        }
    }

    private async ValueTask<GatewayError?> AnswerAsync(GatewayCall call) =>
        ReceiveStage.Check(call)
        ?? await authenticate.CheckAsync(call)
        ?? await parse.ReadAsync(call)
        ?? AgreementStage.Check(call)
        ?? route.CheckPath(call)
        ?? await sessions.ResolveAsync(call)
        ?? await DispatchAsync(call);

    private ValueTask<GatewayError?> DispatchAsync(GatewayCall call) => call.Envelope! switch
    {
        { Kind: not JsonRpcKind.Request } => local.AcceptAsync(call),
        { Method: McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead or McpMethod.Complete } => ForwardAsync(call),
        { Method: var method } when McpListKind.Of(method) is { } kind => lists.AnswerAsync(call, kind),
        _ => local.AnswerAsync(call),
    };

    private async ValueTask<GatewayError?> ForwardAsync(GatewayCall call)
    {
        var refusal = route.Check(call) ?? decide.Check(call) ?? RunbookInput.Check(call);
        if (refusal is not null) return refusal;
        if (await IsDurableAsync(call)) return await durable.AnswerAsync(call);

        var began = time.GetTimestamp();
        using var activity = call.Activity = telemetry.Start(call);
        if (await records.IntendAsync(call) is { } unrecorded) return unrecorded;

        // From here on there is an intent, so there must be an outcome, whatever happens.
        GatewayError? failure = null;
        try
        {
            failure = await hops.GetAsync(call) ?? await forward.RelayAsync(call);
            // An answer that the server gave stays the outcome, also when the agent no longer took it.
            if (failure is not null && call.Outcome is null)
                (call.Outcome, call.OutcomeReason, call.ErrorCode) = (failure.Outcome, failure.Reason, failure.Code);
        }
        finally
        {
            call.Outcome ??= call.Http.RequestAborted.IsCancellationRequested ? "cancelled" : "unknown";
            await records.CompleteAsync(call);
            telemetry.Stop(call, time.GetElapsedTime(began));
        }

        return failure;
    }

    /// <summary>
    /// What mesh.yaml says, else what the server says: a tool that is not read-only must survive this process, and so must a call that waits
    /// for its approval.
    /// </summary>
    private async ValueTask<bool> IsDurableAsync(GatewayCall call) =>
        call.Envelope!.Method == McpMethod.ToolsCall
        && (call.Decision!.Kind == PolicyDecisionKind.Approve || call.Runbook is not null
            || (call.Server!.Tools[call.Target!].IsDurable ?? !(await hints.GetAsync(call)).IsReadOnly));

    private ValueTask FailAsync(GatewayCall call, GatewayError error)
    {
        if (!call.Http.Response.HasStarted) return errors.WriteAsync(call, error);
        Log.TooLate(log, error.Code, error.Reason);
        call.Http.Abort();
        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "The answer had begun when the call failed with {Code}: {Reason}")]
        public static partial void TooLate(ILogger logger, int code, string reason);
    }
}
