using System.Globalization;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Ledger;
using McpMesh.Adapters.Mcp;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Logs;

/// <summary><c>debug.write</c>: raises a service's level for a bounded time.</summary>
internal sealed class DebugWriteTool(DebugLevelStore levels, TimeSpan longest, TimeProvider clock) : IAdapterTool
{
    private const int DefaultMinutes = 15;

    public Tool Definition { get; } = new()
    {
        Name = "debug.write",
        Title = "Raise a log level",
        Description =
            "Raises the log level of a service for some minutes; then it falls back by itself. logs://levels shows what is raised.",
        InputSchema = JsonSchema.Parse($$"""
            {
              "type": "object",
              "properties": {
                "service": { "type": "string", "minLength": 1, "maxLength": 100 },
                "level": { "type": "string", "enum": ["debug", "trace"], "description": "debug by default." },
                "minutes": { "type": "integer", "minimum": 1, "maximum": {{Minutes(longest)}}, "description": "15 by default." }
              },
              "required": ["service"],
              "additionalProperties": false
            }
            """),
        Annotations = new ToolAnnotations { ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public async ValueTask<CallToolResult> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var service = call.Arguments.RequiredText("service", 100);
        if (!service.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
            throw new ToolInputException("service", "must consist of letters, digits, dots, dashes and underscores.");
        var level = call.Arguments.Choice("level", "debug", "trace") ?? "debug";
        var minutes = call.Arguments.Whole("minutes", 1, Minutes(longest)) ?? Math.Min(DefaultMinutes, Minutes(longest));
        var now = clock.GetUtcNow();
        var raised = new DebugLevel(level, now.AddMinutes(minutes), call.Caller.Token.Subject, call.Caller.Token.Transaction, now);
        if (call.IdempotencyKey is { } key) raised = await DecideAsync(call.Caller, key, service, raised, minutes, cancellationToken);
        await levels.RaiseAsync(service, raised, cancellationToken);
        return ToolResults.Of(raised, LogsJson.Default.DebugLevel, $"{service} logs at {level} until {Rfc3339.Format(raised.Until)}.");
    }

    /// <summary>The level of this call, or of the one that came first with its key.</summary>
    private async ValueTask<DebugLevel> DecideAsync(
        Caller caller, string key, string service, DebugLevel level, int minutes, CancellationToken cancellationToken)
    {
        var digest = CallIdentity.DigestOf(service, level.Level, minutes.ToString(CultureInfo.InvariantCulture));
        var decided = await levels.DecideAsync(
            CallIdentity.IdFor(caller, "debug.write", "", key), new DebugDecision(level, digest), cancellationToken);
        return decided.ArgumentDigest == digest
            ? decided.Level
            : throw new ToolInputException("service", "the key of the call was used before with other arguments; nothing was done.");
    }

    private static int Minutes(TimeSpan time) => Math.Max(1, (int)time.TotalMinutes);
}
