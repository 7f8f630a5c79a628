using McpMesh.Adapters.Ledger;
using McpMesh.Adapters.Mcp;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Incidents;

/// <summary>
/// <c>summary.post</c>: adds a summary with the figures of the affected window. Reading them is a hop of its own with its own token; when
/// that hop is denied, nothing is posted.
/// </summary>
internal sealed class SummaryPostTool(IncidentStore store, IOrderFigures figures, TimeProvider clock) : IAdapterTool
{
    public Tool Definition { get; } = new()
    {
        Name = "summary.post",
        Title = "Post a summary",
        Description =
            "Adds a summary to an incident, together with the number of orders, failed orders and lost revenue between from and to "
            + "(default: the last day that has orders).",
        InputSchema = JsonSchema.Parse("""
            {
              "type": "object",
              "properties": {
                "incidentId": { "type": "string", "minLength": 1, "maxLength": 32 },
                "summary": { "type": "string", "minLength": 1, "maxLength": 16000 },
                "from": { "type": "string", "format": "date-time", "description": "Start of the window, RFC 3339." },
                "to": { "type": "string", "format": "date-time", "description": "End of the window, RFC 3339." },
                "idempotencyKey": { "type": "string", "minLength": 1, "maxLength": 256 }
              },
              "required": ["incidentId", "summary"],
              "additionalProperties": false
            }
            """),
        Annotations = new ToolAnnotations { ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
    };

    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var id = IncidentId.Read(arguments);
        var text = arguments.RequiredText("summary", 16_000);
        var (from, to) = (arguments.Time("from"), arguments.Time("to"));
        if (from > to) throw new ToolInputException("to", "must not be before from.");
        var summaryId = CallIdentity.IdFor(call.Caller, "summary.post", id, CallIdentity.KeyOf(call));
        var digest = CallIdentity.DigestOf(text, from?.UtcDateTime.ToString("O"), to?.UtcDateTime.ToString("O"));

        var incident = await store.FindAsync(id, cancellationToken) ?? throw IncidentId.Unknown();
        if (Posted(incident) is { } earlier) return Result(earlier);

        var summary = new IncidentSummary
        {
            Id = summaryId,
            Text = text,
            PostedAt = clock.GetUtcNow(),
            PostedBy = call.Caller.Token.Subject,
            Transaction = call.Caller.Token.Transaction,
            ArgumentDigest = digest,
            Figures = await figures.ReadAsync(call.Caller, from, to, cancellationToken),
        };
        var changed = await store.UpdateAsync(
            id, current =>
                Posted(current) is null ? current with { Summaries = current.Summaries.Add(summary) } : current, cancellationToken)
            ?? throw IncidentId.Unknown();
        return Result(Posted(changed)!);

        IncidentSummary? Posted(Incident current) => current.Summaries.FirstOrDefault(posted => posted.Id == summaryId);

        CallToolResult Result(IncidentSummary posted) => posted.ArgumentDigest == digest
            ? ToolResults.Of(posted, IncidentsJson.Default.IncidentSummary)
            : throw new ToolInputException("idempotencyKey", "was used before with other arguments; nothing was done.");
    }
}
