using System.Diagnostics;
using McpMesh.Audit;
using McpMesh.Identity;

namespace McpMesh.TokenExchange.Minting;

/// <summary>The audit records of the mesh AS.</summary>
internal sealed class TokenRecords(IAuditPublisher audit, RefusalBudget budget, TimeProvider time)
{
    private const string Emitter = "token-exchange";

    /// <summary>Completes when the record is durable; a token without a record is not given out.</summary>
    /// <exception cref="AuditUnavailableException">It cannot be made durable.</exception>
    public ValueTask IssuedAsync(AccessToken token, CancellationToken cancellationToken) => audit.RecordAsync(
        New(AuditEventKind.TokenIssued) with
        {
            Transaction = token.Transaction,
            Hop = token.Actors.Depth,
            Subject = token.SubjectIdentity,
            Actors = token.Actors.Actors,
            ClientId = token.ClientId,
            Audience = token.Audience,
            AccessTokenId = token.TokenId,
            IdJagId = token.Grant?.TokenId,
            IdJagIssuer = token.Grant?.Issuer,
            Scope = string.Join(' ', token.Scopes),
            Outcome = "success",
        },
        cancellationToken);

    /// <summary>
    /// Records a refusal; does not wait for the log unless its queue is full. A flood of refusals of strangers is counted, not recorded one
    /// by one.
    /// </summary>
    /// <exception cref="AuditUnavailableException">The queue is full and the record cannot be made durable.</exception>
    public async ValueTask RefusedAsync(Refusal refusal, CancellationToken cancellationToken)
    {
        var suppressed = 0L;
        if (refusal.IsUnproven && !budget.TryTake(out suppressed)) return;
        var record = New(AuditEventKind.TokenRefused) with
        {
            Transaction = refusal.Subject?.Transaction,
            Hop = refusal.Subject is { } inbound ? inbound.Actors.Depth + 1 : 0,
            Subject = refusal.Subject?.SubjectIdentity,
            Actors = refusal.Subject?.Actors.Actors ?? [],
            ClientId = refusal.ClientId,
            Audience = refusal.Resource,
            AccessTokenId = refusal.Subject?.TokenId,
            Outcome = "denied",
            Reason = RefusalBudget.Reason($"{refusal.Error}: {refusal.Reason}", suppressed),
        };
        if (!audit.TryEnqueue(record)) await audit.RecordAsync(record, cancellationToken);
    }

    private AuditEvent New(AuditEventKind kind) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
        Kind = kind,
        Time = time.GetUtcNow(),
        Emitter = Emitter,
        TraceId = Activity.Current?.TraceId.ToHexString(),
    };
}
