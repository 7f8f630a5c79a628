using System.Text.Json;
using McpMesh.Adapters.Mcp;
using McpMesh.Configuration;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Sql;

/// <summary><c>query</c>: one reading statement.</summary>
internal sealed class QueryTool(ISqlDatabase database, AdapterConfiguration settings) : IAdapterTool
{
    private const int MaxStatementLength = 64 * 1024;
    private const int MaxParameters = 100;

    public Tool Definition { get; } = new()
    {
        Name = "query",
        Title = "Query the database",
        Description =
            $"Runs one reading SQL statement ({database.Dialect}) and returns columns and rows. Values go into parameters as $1, $2, …; "
            + $"at most {settings.MaxRows} rows and {settings.MaxBytes} bytes come back, and truncated says when there was more. "
            + "The resource sql://schema lists the tables.",
        InputSchema = JsonSchema.Parse($$"""
            {
              "type": "object",
              "properties": {
                "sql": { "type": "string", "minLength": 1, "maxLength": {{MaxStatementLength}},
                         "description": "One SELECT, WITH or VALUES statement." },
                "parameters": {
                  "type": "array", "maxItems": {{MaxParameters}}, "items": { "type": ["string", "number", "boolean", "null"] },
                  "description": "Values of $1, $2, … in the statement."
                },
                "limit": { "type": "integer", "minimum": 1, "maximum": {{settings.MaxRows}}, "description": "Most rows to return." }
              },
              "required": ["sql"],
              "additionalProperties": false
            }
            """),
        OutputSchema = JsonSchema.Parse("""
            {
              "type": "object",
              "properties": {
                "columns": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": { "name": { "type": "string" }, "type": { "type": "string" } },
                    "required": ["name", "type"]
                  }
                },
                "rows": { "type": "array", "items": { "type": "array" } },
                "rowCount": { "type": "integer" },
                "truncated": { "type": "boolean" }
              },
              "required": ["columns", "rows", "rowCount", "truncated"]
            }
            """),
        Annotations = new ToolAnnotations { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var sql = call.Arguments.RequiredText("sql", MaxStatementLength);
        var limit = call.Arguments.Whole("limit", 1, settings.MaxRows) ?? settings.MaxRows;
        if (sql.Contains('\0', StringComparison.Ordinal)) throw new ToolInputException("sql", "must not contain NUL.");
        var query = new SqlQuery(sql, ParametersOf(call.Arguments), limit, settings.MaxBytes, settings.StatementTimeout);
        return ToolResults.Of(await database.QueryAsync(query, cancellationToken));
    }

    private static List<JsonElement> ParametersOf(ToolArguments arguments)
    {
        if (arguments.Json("parameters") is not { } parameters) return [];
        if (parameters.ValueKind is not JsonValueKind.Array || parameters.GetArrayLength() > MaxParameters)
            throw new ToolInputException("parameters", $"must be an array of at most {MaxParameters} values.");
        var values = parameters.EnumerateArray().ToList();
        var wrong = values.FindIndex(value => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array);
        return wrong < 0 ? values : throw new ToolInputException($"parameters[{wrong}]", "must be a string, number, boolean or null.");
    }
}
