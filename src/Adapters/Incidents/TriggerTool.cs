using McpMesh.Adapters.Ledger;
using McpMesh.Adapters.Mcp;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Incidents;

/// <summary><c>trigger</c>: opens an incident, once per idempotency key.</summary>
internal sealed class TriggerTool(IncidentStore store, TimeProvider clock) : IAdapterTool
{
    public Tool Definition { get; } = new()
    {
        Name = "trigger",
        Title = "Trigger an incident",
        Description = "Opens an incident. With an idempotency key, a repeated call returns the incident of the first one.",
        InputSchema = JsonSchema.Parse("""
            {
              "type": "object",
              "properties": {
                "title": { "type": "string", "minLength": 1, "maxLength": 200 },
                "severity": { "type": "string", "enum": ["critical", "high", "medium", "low"] },
                "service": { "type": "string", "minLength": 1, "maxLength": 100 },
                "description": { "type": "string", "minLength": 1, "maxLength": 8000 },
                "idempotencyKey": { "type": "string", "minLength": 1, "maxLength": 256 }
              },
              "required": ["title", "severity", "service"],
              "additionalProperties": false
            }
            """),
        Annotations = new ToolAnnotations { ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
    };

    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var title = arguments.RequiredText("title", 200);
        var severity = arguments.Choice("severity", "critical", "high", "medium", "low")
            ?? throw new ToolInputException("severity", "is required.");
        var service = arguments.RequiredText("service", 100);
        var description = arguments.Text("description", 8000) ?? "";
        var incident = new Incident
        {
            Id = $"INC-{CallIdentity.IdFor(call.Caller, "trigger", "", CallIdentity.KeyOf(call))}",
            Title = title,
            Severity = severity,
            Service = service,
            Description = description,
            TriggeredAt = clock.GetUtcNow(),
            TriggeredBy = call.Caller.Token.Subject,
            Transaction = call.Caller.Token.Transaction,
            ArgumentDigest = CallIdentity.DigestOf(title, severity, service, description),
        };
        var stored = await store.CreateAsync(incident, cancellationToken);
        if (stored.ArgumentDigest != incident.ArgumentDigest)
            throw new ToolInputException("idempotencyKey", "was used before with other arguments; nothing was done.");
        return ToolResults.Of(stored, IncidentsJson.Default.Incident);
    }
}
