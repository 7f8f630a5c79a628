using System.Security.Cryptography;
using McpMesh.Audit;
using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Telemetry;
using McpMesh.Policy;

namespace McpMesh.Gateway.Records;

/// <summary>
/// The records of a call: an intent that is durable before anything is forwarded and an outcome after it, or one denial. Never a token,
/// never an argument: digests and ids only.
/// </summary>
internal sealed partial class CallRecords(
    IAuditPublisher audit, RecordIds ids, RefusalBudget refusals, TimeProvider time, ILogger<CallRecords> log)
{
    private const string Emitter = "gateway";

    /// <summary>Records that the call is about to be made; an error when that cannot be made durable.</summary>
    public async ValueTask<GatewayError?> IntendAsync(GatewayCall call)
    {
        var intent = Describe(call, AuditEventKind.Intent, call.CallId ?? ids.Next());
        try
        {
            // Not the request's token: an intent that became durable while the agent hung up needs its outcome too.
            if (call.Decision!.StrictAudit || !audit.TryEnqueue(intent)) await audit.RecordAsync(intent, CancellationToken.None);
            call.Intent = intent;
            return null;
        }
        catch (AuditUnavailableException e)
        {
            Log.IntentNotRecorded(log, e);
            return GatewayErrors.AuditUnavailable;
        }
    }

    /// <summary>Records how the call ended. The caller has its answer already and does not wait, unless the queue is full.</summary>
    public ValueTask CompleteAsync(GatewayCall call) =>
        EnqueueAsync(call.Intent! with
        {
            Id = ids.Next(),
            Kind = AuditEventKind.Outcome,
            Time = time.GetUtcNow(),
            Outcome = call.Outcome,
            Reason = call.OutcomeReason,
        });

    /// <summary>Records that a call was refused: at once and durably when policy said no, else without waiting.</summary>
    public async ValueTask RefuseAsync(GatewayCall call, GatewayError error)
    {
        // A client that looks for the challenge, or for a stream that its revision has not, makes no call.
        if (error == GatewayErrors.NoToken || error == GatewayErrors.MethodNotAllowed) return;
        // Nobody vouches yet for who is refused by the head of the request.
        var suppressed = 0L;
        if (call.Token is null && !refusals.TryTake(out suppressed)) return;
        var denial = Describe(call, AuditEventKind.Denial) with
        {
            Outcome = "denied",
            Reason = RefusalBudget.Reason(error.Reason, suppressed),
        };
        if (call.Decision is not { IsPermitted: false })
        {
            await EnqueueAsync(denial);
            return;
        }

        await RecordAsync(denial);
    }

    private ValueTask EnqueueAsync(AuditEvent record) => audit.TryEnqueue(record) ? ValueTask.CompletedTask : RecordAsync(record);

    private async ValueTask RecordAsync(AuditEvent record)
    {
        try
        {
            // Not the request's token: a caller that hangs up must not take the record with it.
            await audit.RecordAsync(record, CancellationToken.None);
        }
        catch (AuditUnavailableException e)
        {
            Log.NotRecorded(log, record.Kind, record.Id, e);
        }
    }

    private AuditEvent Describe(GatewayCall call, AuditEventKind kind, string? callId = null)
    {
        var token = call.Token;
        return new AuditEvent
        {
            Id = ids.Next(),
            Kind = kind,
            Time = time.GetUtcNow(),
            Emitter = Emitter,
            Transaction = token?.Transaction,
            Hop = Math.Max(1, token?.Actors.Depth ?? 1),
            CallId = callId,
            Subject = token?.SubjectIdentity,
            Actors = token?.Actors.Actors ?? [],
            ClientId = token?.ClientId,
            Audience = token?.Audience,
            Operation = call.Envelope?.Method,
            Method = call.Method,
            ArgumentDigest = ArgumentDigest(call),
            AccessTokenId = token?.TokenId,
            IdJagId = token?.Grant?.TokenId,
            IdJagIssuer = token?.Grant?.Issuer,
            Scope = call.HopScope.Length > 0 ? call.HopScope : token is null ? null : string.Join(' ', token.Scopes),
            Decision = DecisionOf(call.Decision),
            Rule = call.Decision?.Rule,
            PolicyDigest = call.Decision?.PolicyDigest,
            Approval = call.Approval,
            TraceId = TraceContext.TraceId(call),
        };
    }

    /// <summary>SHA-256 of the arguments' bytes; null where there are none.</summary>
    public static string? ArgumentDigest(GatewayCall call)
    {
        if (call.Envelope is not { Arguments.IsPresent: true } envelope) return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(envelope.Arguments.Of(call.Body.Span), hash);
        return string.Concat("sha256:", Convert.ToHexStringLower(hash));
    }

    private static string? DecisionOf(Decision? decision) => decision?.Kind switch
    {
        null => null,
        PolicyDecisionKind.Permit => "permit",
        PolicyDecisionKind.Approve => "approve",
        _ => "deny",
    };

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "A call was refused because its intent could not be recorded")]
        public static partial void IntentNotRecorded(ILogger logger, Exception exception);

        [LoggerMessage(2002, LogLevel.Error, "The {Kind} record {Id} could not be made durable")]
        public static partial void NotRecorded(ILogger logger, AuditEventKind kind, string id, Exception exception);
    }
}
