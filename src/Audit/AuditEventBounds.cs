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

    /// <summary>Characters that the format itself takes around the values.</summary>
    private const int FormatWeight = 1024;

    /// <summary>The event itself when it fits, as nearly all do; otherwise a copy that does.</summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="weight">Characters that it takes at most.</param>
    /// <exception cref="AuditUnavailableException">The actor chain is too long to be recorded whole.</exception>
    internal static AuditEvent Fit(AuditEvent auditEvent, out int weight)
    {
        if (!auditEvent.Actors.IsDefaultOrEmpty && auditEvent.Actors.Length > MaxActors)
            throw new AuditUnavailableException($"An actor chain of more than {MaxActors} actors cannot be recorded.");
        weight = Weigh(auditEvent);
        // Texts that together are no longer than one may be need no look at each.
        if (weight <= FormatWeight + MaxText) return auditEvent;
        var fitted = Cut(auditEvent);
        weight = Weigh(fitted);
        return fitted;
    }

    /// <summary>Some values stand in the record twice; <see cref="FormatWeight"/> and this sum allow for that.</summary>
    private static int Weigh(AuditEvent e)
    {
        var weight = FormatWeight + Length(e.Transaction) + Length(e.CallId) + Length(e.Subject) * 2 + Length(e.ClientId) * 2
            + Length(e.Audience) * 2 + Length(e.Operation) * 3 + Length(e.Method) * 2 + Length(e.ToolDigest) * 2
            + Length(e.ArgumentDigest) + Length(e.AccessTokenId) * 2 + Length(e.IdJagId) * 3 + Length(e.IdJagIssuer) * 2
            + Length(e.Scope) + Length(e.Rule) * 2 + Length(e.PolicyDigest) * 2 + Length(e.Reason) + Length(e.TraceId) * 2;
        if (e.Actors.IsDefaultOrEmpty) return weight;
        foreach (var actor in e.Actors) weight += Length(actor) * 2 + 16;
        return weight;
    }

    private static int Length(string? text) => text?.Length ?? 0;

    private static AuditEvent Cut(AuditEvent auditEvent) =>
        auditEvent with
        {
            Transaction = Cut(auditEvent.Transaction),
            CallId = Cut(auditEvent.CallId),
            Subject = Cut(auditEvent.Subject),
            Actors = auditEvent.Actors.IsDefaultOrEmpty ? [] : [.. auditEvent.Actors.Select(actor => Cut(actor)!)],
            ClientId = Cut(auditEvent.ClientId),
            Audience = Cut(auditEvent.Audience),
            Operation = Cut(auditEvent.Operation),
            Method = Cut(auditEvent.Method),
            ToolDigest = Cut(auditEvent.ToolDigest),
            ArgumentDigest = Cut(auditEvent.ArgumentDigest),
            AccessTokenId = Cut(auditEvent.AccessTokenId),
            IdJagId = Cut(auditEvent.IdJagId),
            IdJagIssuer = Cut(auditEvent.IdJagIssuer),
            Scope = Cut(auditEvent.Scope),
            Rule = Cut(auditEvent.Rule),
            Reason = Cut(auditEvent.Reason),
            TraceId = Cut(auditEvent.TraceId),
        };

    private static string? Cut(string? text) =>
        text is null || text.Length <= MaxText ? text : string.Concat(text.AsSpan(0, MaxText - 1), [Ellipsis]);
}
