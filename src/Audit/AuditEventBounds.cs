namespace McpMesh.Audit;

/// <summary>
/// Sizes of a record. Names and reasons come from callers, and one oversized record must not make the batch that it shares with others too
/// large to publish.
/// </summary>
internal static class AuditEventBounds
{
    /// <summary>Most characters in one text; longer ones are cut and end with an ellipsis.</summary>
    internal const int MaxText = 2048;

    /// <summary>Most entries of an actor chain. Chains are limited to 8 where tokens are checked, and never cut here.</summary>
    internal const int MaxActors = 32;

    private const char Ellipsis = '\u2026';

    /// <summary>The event itself when it fits, as nearly all do; otherwise a copy that does.</summary>
    /// <exception cref="AuditUnavailableException">The actor chain is too long to be recorded whole.</exception>
    internal static AuditEvent Fit(AuditEvent auditEvent)
    {
        if (!auditEvent.Actors.IsDefaultOrEmpty && auditEvent.Actors.Length > MaxActors)
            throw new AuditUnavailableException($"An actor chain of more than {MaxActors} actors cannot be recorded.");
        // Texts that together are no longer than one may be need no look at each.
        return TextLength(auditEvent) <= MaxText ? auditEvent : Cut(auditEvent, MaxText);
    }

    /// <summary>A copy none of whose texts has more characters.</summary>
    internal static AuditEvent Cut(AuditEvent auditEvent, int maxText) =>
        auditEvent with
        {
            Transaction = Cut(auditEvent.Transaction, maxText),
            CallId = Cut(auditEvent.CallId, maxText),
            Subject = Cut(auditEvent.Subject, maxText),
            Actors = auditEvent.Actors.IsDefaultOrEmpty ? [] : [.. auditEvent.Actors.Select(actor => Cut(actor, maxText)!)],
            ClientId = Cut(auditEvent.ClientId, maxText),
            Audience = Cut(auditEvent.Audience, maxText),
            Operation = Cut(auditEvent.Operation, maxText),
            Method = Cut(auditEvent.Method, maxText),
            ToolDigest = Cut(auditEvent.ToolDigest, maxText),
            ArgumentDigest = Cut(auditEvent.ArgumentDigest, maxText),
            AccessTokenId = Cut(auditEvent.AccessTokenId, maxText),
            IdJagId = Cut(auditEvent.IdJagId, maxText),
            IdJagIssuer = Cut(auditEvent.IdJagIssuer, maxText),
            Scope = Cut(auditEvent.Scope, maxText),
            Rule = Cut(auditEvent.Rule, maxText),
            Reason = Cut(auditEvent.Reason, maxText),
            Approval = Cut(auditEvent.Approval, maxText),
            TraceId = Cut(auditEvent.TraceId, maxText),
        };

    private static int TextLength(AuditEvent e)
    {
        var length = Length(e.Transaction) + Length(e.CallId) + Length(e.Subject) + Length(e.ClientId) + Length(e.Audience)
            + Length(e.Operation) + Length(e.Method) + Length(e.ToolDigest) + Length(e.ArgumentDigest) + Length(e.AccessTokenId)
            + Length(e.IdJagId) + Length(e.IdJagIssuer) + Length(e.Scope) + Length(e.Rule) + Length(e.PolicyDigest) + Length(e.Reason)
            + Length(e.Approval) + Length(e.TraceId);
        if (e.Actors.IsDefaultOrEmpty) return length;
        foreach (var actor in e.Actors) length += actor.Length;
        return length;
    }

    private static int Length(string? text) => text?.Length ?? 0;

    private static string? Cut(string? text, int maxText) =>
        text is null || text.Length <= maxText ? text : string.Concat(text.AsSpan(0, maxText - 1), [Ellipsis]);
}
