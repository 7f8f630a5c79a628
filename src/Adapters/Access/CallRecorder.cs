using System.Diagnostics;
using System.Security.Cryptography;
using McpMesh.Adapters.Mcp;
using McpMesh.Audit;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Adapters.Access;

/// <summary>
/// No action without a record: an intent before a call, its outcome after it, a denial where there is no call (design §6).
/// </summary>
internal sealed partial class CallRecorder(
    IAuditPublisher publisher, RefusalBudget refusals, ServedServer served, TimeProvider clock, ILogger<CallRecorder> log)
{
    /// <summary>Makes the intent durable and returns it; the refusal says that it could not.</summary>
    public async ValueTask<(AuditEvent Intent, Refusal? Refusal)> IntentAsync(
        Caller caller, McpEnvelope envelope, string method, Decision decision, CancellationToken cancellationToken)
    {
        var intent = Describe(AuditEventKind.Intent, caller, envelope, method, decision) with { CallId = Guid.CreateVersion7().ToString() };
        // Relaxed records need no flush; a full queue makes them wait like strict ones.
        if (!decision.StrictAudit && publisher.TryEnqueue(intent)) return (intent, null);
        try
        {
            await publisher.RecordAsync(intent, cancellationToken);
            return (intent, null);
        }
        catch (AuditUnavailableException)
        {
            return (intent, new Refusal(
                StatusCodes.Status200OK, MeshErrorCode.AuditUnavailable, "The call was not made: its record could not be stored.")
            {
                Data = writer =>
                {
                    writer.WriteString("reason", "The record of the call could not be made durable.");
                    writer.WriteString("method", method);
                    writer.WriteString("txn", caller.Token.Transaction);
                },
            });
        }
    }

    /// <summary>Records how a call ended. The caller may be gone, so nothing cancels it.</summary>
    public ValueTask OutcomeAsync(AuditEvent intent, string outcome, string? reason) => SendAsync(intent with
    {
        Id = NewId(),
        Kind = AuditEventKind.Outcome,
        Time = clock.GetUtcNow(),
        Outcome = outcome,
        Reason = reason,
    });

    /// <summary>
    /// Records that a request was refused. Without a caller nobody vouches for it: the record names nobody, and a flood is counted only.
    /// </summary>
    public ValueTask DenialAsync(Caller? caller, McpEnvelope? envelope, string? method, Decision? decision, string reason)
    {
        var suppressed = 0L;
        if (caller is null && !refusals.TryTake(out suppressed)) return ValueTask.CompletedTask;
        return SendAsync(Describe(AuditEventKind.Denial, caller, envelope, method, decision) with
        {
            Outcome = "denied",
            Reason = RefusalBudget.Reason(reason, suppressed),
        });
    }

    /// <summary>What is recorded here has been done or refused already: a log that is down changes no answer.</summary>
    private async ValueTask SendAsync(AuditEvent record)
    {
        if (publisher.TryEnqueue(record)) return;
        try
        {
            await publisher.RecordAsync(record, CancellationToken.None);
        }
        catch (AuditUnavailableException e)
        {
            Log.NotRecorded(log, record.Kind, record.Id, e);
        }
    }

    private AuditEvent Describe(AuditEventKind kind, Caller? caller, McpEnvelope? envelope, string? method, Decision? decision)
    {
        var token = caller?.Token;
        return new AuditEvent
        {
            Id = NewId(),
            Kind = kind,
            Time = clock.GetUtcNow(),
            Emitter = served.Name,
            Transaction = token?.Transaction,
            Hop = token?.Actors.Depth ?? 0,
            Subject = token?.SubjectIdentity,
            Actors = token?.Actors.Actors ?? [],
            ClientId = token?.ClientId,
            Audience = served.Resource,
            Operation = envelope?.Method,
            Method = method,
            ArgumentDigest = envelope is null || envelope.Arguments.IsEmpty ? null : Digest(envelope.Arguments.Span),
            AccessTokenId = token?.TokenId,
            IdJagId = token?.Grant?.TokenId,
            IdJagIssuer = token?.Grant?.Issuer,
            Scope = token is null ? null : string.Join(' ', token.Scopes),
            Decision = decision?.Kind switch
            {
                null => null,
                PolicyDecisionKind.Permit => "permit",
                PolicyDecisionKind.Approve => "approve",
                _ => "deny",
            },
            Rule = decision?.Rule,
            PolicyDigest = decision?.PolicyDigest,
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
    }

    private static string NewId() => Guid.CreateVersion7().ToString();

    private static string Digest(ReadOnlySpan<byte> bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "The {Kind} record {Id} could not be made durable")]
        public static partial void NotRecorded(ILogger logger, AuditEventKind kind, string id, Exception exception);
    }
}
