using Dapr;
using Grpc.Core;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Sessions;
using McpMesh.Gateway.Telemetry;
using McpMesh.Identity;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Durable;

/// <summary>
/// A call that may have an effect: it is claimed, recorded and given to a workflow, which belongs to no gateway; the request only waits for
/// its end. When the request breaks, or this process dies, the call goes on, and an equal request gets its result.
/// </summary>
internal sealed partial class DurableStage(
    CallRegister register, CallStarter starter, CallState states, WaitingAnswer waiting, DurableReply reply, SidecarPatience patience,
    ReplicaLife life, ActiveCalls active, GatewayTelemetry telemetry,
    TimeProvider time, ILogger<DurableStage> log)
{
    private const string KeyHeader = "Idempotency-Key";

    public async ValueTask<GatewayError?> AnswerAsync(GatewayCall call)
    {
        var began = time.GetTimestamp();
        using var activity = call.Activity = telemetry.Start(call);
        try
        {
            return await ClaimAsync(call);
        }
        catch (HopTokenException refusal)
        {
            return GatewayErrors.HopRefused(refusal);
        }
        catch (Exception e) when (e is DaprException or RpcException or HttpRequestException)
        {
            Log.Unavailable(log, e);
            return GatewayErrors.CallsUnavailable;
        }
        finally
        {
            telemetry.Stop(call, time.GetElapsedTime(began));
        }
    }

    private async Task<GatewayError?> ClaimAsync(GatewayCall call)
    {
        var (key, malformed) = KeyOf(call);
        if (malformed is not null) return malformed;
        using var registration = active.Register(call);
        var unwanted = registration.Unwanted;
        var claim = CallIdentity.ClaimOf(call);
        await life.BeginAsync();
        var (place, refusal) = CallState.IsIn(call)
            ? await states.FindAsync(call, claim, unwanted)
            : key is null
                ? await register.OpenAsync(claim, call.Runbook is not null, call.Decision!.ApprovalExpires, unwanted)
                : await register.NameAsync(claim, key, unwanted);
        if (place is null) return refusal;

        var isDelivered = false;
        try
        {
            call.CallId = place.Id;
            if (await starter.EnsureAsync(call, place, unwanted) is { } error) return error;
            if (await waiting.AnswerAsync(call, place, unwanted) is { } answered)
            {
                isDelivered = answered.IsHandedOver && !call.Http.RequestAborted.IsCancellationRequested;
                call.Outcome = "waiting";
                return answered.Error;
            }

            var result = await reply.WriteAsync(call, place, unwanted);
            isDelivered = !call.Http.RequestAborted.IsCancellationRequested;
            (call.Outcome, call.OutcomeReason, call.ErrorCode) = (result.Outcome, result.Reason, result.ErrorCode);
            return null;
        }
        catch (OperationCanceledException) when (unwanted.IsCancellationRequested && !call.Http.RequestAborted.IsCancellationRequested)
        {
            return GatewayErrors.Cancelled;
        }
        finally
        {
            // The agent has its answer, or is gone: it does not wait for this.
            _ = SettleAsync(place, isDelivered);
        }
    }

    private async Task SettleAsync(CallPlace place, bool isDelivered)
    {
        try
        {
            await patience.RunAsync(
                async () =>
                {
                    await (isDelivered ? register.DeliveredAsync(place) : register.LostAsync(place));
                    return true;
                },
                CancellationToken.None);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            Log.NotSettled(log, place.Id, e);
        }
    }

    private static (string? Key, GatewayError? Error) KeyOf(GatewayCall call)
    {
        var header = call.Http.Request.Headers[KeyHeader];
        if (header.Count > 1) return (null, GatewayErrors.InvalidParams($"{KeyHeader} must be given once."));
        var named = call.Envelope!.IdempotencyKey.IsPresent ? JsonSplice.Text(call.Body.Span, call.Envelope.IdempotencyKey) : null;
        if (header.Count == 0) return (named, null);
        if (header[0] is not { Length: > 0 and <= 256 } given) return (null, GatewayErrors.InvalidParams($"{KeyHeader} must have 1 to 256 characters."));
        return named is null || named == given
            ? (given, null)
            : (null, GatewayErrors.InvalidParams($"{KeyHeader} differs from params._meta[\"{McpMetaKey.IdempotencyKey}\"]."));
    }

    private static partial class Log
    {
        [LoggerMessage(2322, LogLevel.Warning, "The call {Id} stays open for its agent to ask again, since the state store does not answer")]
        public static partial void NotSettled(ILogger logger, string id, Exception exception);

        [LoggerMessage(2321, LogLevel.Error, "A durable call could not be made")]
        public static partial void Unavailable(ILogger logger, Exception exception);
    }
}
