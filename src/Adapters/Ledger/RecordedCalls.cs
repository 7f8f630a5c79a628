using System.Text.Json;
using McpMesh.Adapters.Mcp;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpMesh.Adapters.Ledger;

/// <summary>
/// Makes a repeated call the same call: the first result is kept by the call's key and answers every repetition, byte for byte. A tool that
/// only reads is not recorded, nor a call without a key, nor one that was cancelled or failed for a reason of ours.
/// </summary>
internal sealed class RecordedCalls(CallLedger ledger, ServedServer served)
{
    private const string Repeated = "answered from the record of the first call; no effect";

    /// <summary>The recorded result, or that of <paramref name="run"/>, which ends the call with its outcome.</summary>
    /// <exception cref="IdempotencyConflictException">The key belongs to other arguments; nothing was done.</exception>
    /// <exception cref="LedgerUnavailableException">No answer may be given.</exception>
    public async ValueTask<CallToolResult> CallAsync(
        ServedCall call, IAdapterTool tool, Func<ValueTask<CallToolResult>> run, CancellationToken cancellationToken)
    {
        if (call.IdempotencyKey is not { } idempotencyKey || tool.Definition.Annotations?.ReadOnlyHint is true) return await run();
        var key = LedgerKey.Of(served.Name, call.Caller, tool.Definition.Name, idempotencyKey);
        if (await ledger.OpenAsync(key, call.ArgumentDigest, cancellationToken) is { } earlier) return Answer(call, earlier, isOwn: false);

        var result = await run();
        // The effect is made: a caller that goes away now must find it when it comes again.
        var entry = new LedgerEntry(
            call.ArgumentDigest, JsonSerializer.Serialize(result, McpJsonUtilities.DefaultOptions), call.Outcome, call.Reason);
        var (kept, isOwn) = await ledger.CloseAsync(key, entry);
        return Answer(call, kept, isOwn);
    }

    // The first answer goes the same way as all others, so that their bytes are the same.
    private static CallToolResult Answer(ServedCall call, LedgerEntry entry, bool isOwn)
    {
        if (!isOwn) call.End(entry.Outcome, entry.Reason is null ? Repeated : $"{entry.Reason} ({Repeated})");
        return JsonSerializer.Deserialize<CallToolResult>(entry.Result, McpJsonUtilities.DefaultOptions)!;
    }
}
