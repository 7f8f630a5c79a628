using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Dapr.Workflow;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Upstream;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// Waits for the end of a call and answers with it: as one JSON body when it comes soon and nothing is told before, else as an event
/// stream with the server's notifications and comments that keep it open.
/// </summary>
internal sealed partial class DurableReply(
    DaprWorkflowClient workflows, ProgressBoard board, SidecarPatience patience, TimeProvider time, ILogger<DurableReply> log)
{
    /// <summary>Clients and proxies like to hear something by then.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    public async Task<DurableResult> WriteAsync(GatewayCall call, CallPlace place, CancellationToken unwanted)
    {
        var notifications = board.Watch(place.Id);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(unwanted);
        var fetching = call.Envelope!.ProgressToken.IsPresent ? board.FetchAsync(place.Id, answered.Token) : Task.CompletedTask;
        try
        {
            var end = EndAsync(place.Id, unwanted);
            var isStream = await WatchAsync(call, place, end, notifications, unwanted);
            var result = await end;
            using var answer = new PooledBuffer(1024);
            Write(answer, call, result);
            if (isStream) await SendEventAsync(call, answer.Span, unwanted);
            else await JsonAnswer.WriteAsync(call.Http.Response, answer.Written, unwanted);
            await call.Http.Response.CompleteAsync();
            return result;
        }
        finally
        {
            board.Leave(place.Id, notifications);
            await answered.CancelAsync();
            await fetching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>How the call ended, when it has.</summary>
    public async Task<DurableResult> EndAsync(string id, CancellationToken unwanted)
    {
        try
        {
            var state = await patience.RunAsync(() => workflows.WaitForWorkflowCompletionAsync(id, cancellation: unwanted), unwanted);
            if (state.FailureDetails is { } failure) Log.Failed(log, id, failure.ErrorType, failure.ErrorMessage);
            return state.RuntimeStatus switch
            {
                WorkflowRuntimeStatus.Completed => state.ReadOutputAs<DurableResult>()!,
                WorkflowRuntimeStatus.Terminated => DurableResults.Of(GatewayErrors.OutcomeUnknown("An operator ended the call.")),
                _ => DurableResults.Of(GatewayErrors.OutcomeUnknown("The mesh could not bring the call to its end.")),
            };
        }
        catch (InvalidOperationException)
        {
            return DurableResults.Of(GatewayErrors.OutcomeUnknown("The result of the call is not kept any more."));
        }
    }

    /// <summary>Until the end; whether an event stream was begun.</summary>
    private async Task<bool> WatchAsync(
        GatewayCall call, CallPlace place, Task<DurableResult> end, ChannelReader<byte[]> notifications, CancellationToken unwanted)
    {
        var isStream = false;
        var told = notifications.WaitToReadAsync(unwanted).AsTask();
        while (!end.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(unwanted);
            await Task.WhenAny(end, told, Task.Delay(isStream ? EventStreamRelay.KeepAlive : Soon, time, over.Token));
            await over.CancelAsync();
            unwanted.ThrowIfCancellationRequested();
            if (end.IsCompleted) break;
            if (!told.IsCompleted)
            {
                isStream = Begin(call, isStream);
                call.Http.Response.BodyWriter.Write(SseWriter.KeepAlive);
                await call.Http.Response.BodyWriter.FlushAsync(unwanted);
                continue;
            }

            while (notifications.TryRead(out var notification))
            {
                if (!IsFor(call, place, notification)) continue;
                isStream = Begin(call, isStream);
                await SendEventAsync(call, notification, unwanted);
            }

            told = notifications.WaitToReadAsync(unwanted).AsTask();
        }

        return isStream;
    }

    private static bool Begin(GatewayCall call, bool isBegun)
    {
        if (!isBegun) EventStreamAnswer.Begin(call.Http.Response);
        return true;
    }

    /// <summary>Progress goes by its token, which a repeated request may have changed; the rest only to who began the call.</summary>
    private static bool IsFor(GatewayCall call, CallPlace place, byte[] notification)
    {
        using var message = JsonDocument.Parse(notification);
        if (message.RootElement.ValueKind != JsonValueKind.Object || !message.RootElement.TryGetProperty("method", out var method)) return false;
        if (method.ValueEquals("notifications/progress"u8))
        {
            return call.Envelope!.ProgressToken.IsPresent
                && message.RootElement.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object
                && parameters.TryGetProperty("progressToken", out var token)
                && token.GetRawText() == Encoding.UTF8.GetString(call.Envelope.ProgressToken.Of(call.Body.Span));
        }

        return place.IsNew;
    }

    private static void Write(PooledBuffer answer, GatewayCall call, DurableResult result)
    {
        var id = call.Envelope!.Id.Of(call.Body.Span);
        if (result is { Result: null, Error: null })
        {
            ErrorAnswer.Write(answer, call, new GatewayError(StatusCodes.Status200OK, result.Code, result.Message, result.Reason ?? ""));
            return;
        }

        answer.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        answer.Write(id);
        answer.Write(result.Result is not null ? ",\"result\":"u8 : ",\"error\":"u8);
        answer.Write(Encoding.UTF8.GetBytes(result.Result ?? result.Error!));
        answer.Write("}"u8);
    }

    private static Task<FlushResult> SendEventAsync(GatewayCall call, ReadOnlySpan<byte> message, CancellationToken cancellationToken)
    {
        WriteEvent(call.Http.Response.BodyWriter, message);
        return call.Http.Response.BodyWriter.FlushAsync(cancellationToken).AsTask();
    }

    /// <summary>A line break stands in JSON between values only, and would end the event's line.</summary>
    private static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> message)
    {
        var line = message.ToArray();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        SseWriter.WriteMessage(output, line);
    }

    private static partial class Log
    {
        [LoggerMessage(2322, LogLevel.Error, "The workflow of call {CallId} failed with {Type}: {Reason}")]
        public static partial void Failed(ILogger logger, string callId, string type, string reason);
    }
}
