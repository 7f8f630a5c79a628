using System.Text;
using McpMesh.Adapters.Mcp;
using McpMesh.Configuration;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Logs;

/// <summary><c>read</c>: a page of log entries, newest first.</summary>
internal sealed class ReadTool(LogReader reader, AdapterConfiguration settings) : IAdapterTool
{
    private const int DefaultLimit = 100;

    public Tool Definition { get; } = new()
    {
        Name = "read",
        Title = "Read logs",
        Description =
            "Returns log entries, newest first, from all files or from those that match, filtered by service, time, least level and " +
                "literal text. "
            + "nextCursor, given back as cursor with the same filters, continues with older entries.",
        InputSchema = JsonSchema.Parse($$"""
            {
              "type": "object",
              "properties": {
                "files": { "type": "array", "maxItems": 16, "items": { "type": "string", "minLength": 1, "maxLength": 512 },
                           "description": "Patterns below the log folder, e.g. checkout/** or **/access.log*." },
                "service": { "type": "string", "minLength": 1, "maxLength": 100 },
                "from": { "type": "string", "format": "date-time", "description": "Earliest time, RFC 3339." },
                "to": { "type": "string", "format": "date-time", "description": "Latest time, RFC 3339." },
                "level": { "type": "string", "enum": ["trace", "debug", "info", "warn", "error", "fatal"],
                           "description": "Least severity." },
                "text": { "type": "string", "minLength": 1, "maxLength": 1024, "description": "Literal text that the line contains." },
                "matchCase": { "type": "boolean", "description": "Whether letters' case counts in text; false by default." },
                "limit": { "type": "integer", "minimum": 1, "maximum": {{settings.MaxRows}},
                           "description": "Most entries; 100 by default." },
                "cursor": { "type": "string", "minLength": 1, "maxLength": 16384 }
              },
              "additionalProperties": false
            }
            """),
        OutputSchema = JsonSchema.Parse("""
            {
              "type": "object",
              "properties": {
                "entries": { "type": "array", "items": {
                  "type": "object",
                  "properties": {
                    "time": { "type": "string" }, "level": { "type": "string" }, "service": { "type": "string" },
                    "message": { "type": "string" }, "file": { "type": "string" }, "offset": { "type": "integer" }
                  },
                  "required": ["time", "level", "service", "message", "file", "offset"]
                } },
                "nextCursor": { "type": "string" },
                "files": { "type": "integer" },
                "invalidLines": { "type": "integer" },
                "skipped": { "type": "array", "items": { "type": "object" } },
                "endedBy": { "type": "string", "enum": ["end", "limit", "bytes", "time"] }
              },
              "required": ["entries", "files", "invalidLines", "skipped", "endedBy"]
            }
            """),
        Annotations = new ToolAnnotations { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var level = arguments.Choice("level", "trace", "debug", "info", "warn", "error", "fatal");
        var query = new LogQuery
        {
            Files = arguments.Texts("files", 16, 512),
            Service = arguments.Text("service", 100),
            From = arguments.Time("from"),
            To = arguments.Time("to"),
            Least = level is null ? Severity.Trace : SeverityNames.Parse(Encoding.ASCII.GetBytes(level))!.Value,
            Text = arguments.Text("text", 1024),
            MatchCase = arguments.Flag("matchCase"),
            Limit = arguments.Whole("limit", 1, settings.MaxRows) ?? Math.Min(DefaultLimit, settings.MaxRows),
        };
        if (query.From > query.To) throw new ToolInputException("to", "must not be before from.");
        var cursor = arguments.Text("cursor", 16_384);
        var token = call.Caller.Token;
        // Reading is blocking work on files: it must not hold the thread of the exchange.
        var page = await Task.Run(() => reader.Read(query, cursor, token.SubjectIdentity, cancellationToken), cancellationToken);
        return ToolResults.Of(page, LogsJson.Default.LogPage, Text(page));
    }

    private static string Text(LogPage page)
    {
        var text = new StringBuilder();
        foreach (var entry in page.Entries)
        {
            text.Append(Rfc3339.Format(entry.Time)).Append(' ').Append(entry.Level).Append(' ').Append(entry.Service).Append(": ")
                .Append(entry.Message).Append(" (").Append(entry.File).Append(':').Append(entry.Offset).AppendLine(")");
        }
        if (page.Entries.Count == 0) text.AppendLine("No entries match.");
        if (page.NextCursor is not null)
            text.Append("There may be older entries; nextCursor continues (ended by ").Append(page.EndedBy).AppendLine(").");
        return text.ToString();
    }
}
