using McpMesh.Adapters.Mcp;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Incidents;

/// <summary><c>get</c>: one incident with its summaries.</summary>
internal sealed class GetTool(IncidentStore store) : IAdapterTool
{
    public Tool Definition { get; } = new()
    {
        Name = "get",
        Title = "Get an incident",
        Description = "Returns an incident with its summaries.",
        InputSchema = JsonSchema.Parse("""
            {
              "type": "object",
              "properties": { "incidentId": { "type": "string", "minLength": 1, "maxLength": 32 } },
              "required": ["incidentId"],
              "additionalProperties": false
            }
            """),
        Annotations = new ToolAnnotations { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = IncidentId.Read(call.Arguments);
        return ToolResults.Of(await store.FindAsync(id, cancellationToken) ?? throw IncidentId.Unknown(), IncidentsJson.Default.Incident);
    }
}
