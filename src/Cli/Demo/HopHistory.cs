using System.Diagnostics;
using System.Text.Json;
using McpMesh.Audit;
using McpMesh.Audit.Ocsf;
using McpMesh.Samples.Agent;

namespace McpMesh.Cli.Demo;

/// <summary>Reads a transaction from the audit sink and pairs intents with their outcomes: one row a hop.</summary>
internal sealed class HopHistory(Uri audit)
{
    // Records reach the sink by pub/sub, shortly after the calls; none may be missing in the end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// All hops of <paramref name="transaction"/>, once every one of <paramref name="steps"/> is on record with its outcome.
    /// </summary>
    /// <exception cref="TimeoutException">A step is missing from the log.</exception>
    public async Task<IReadOnlyList<HopRecord>> ReadAsync(
        string transaction, IReadOnlyList<TriageStep> steps, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var watch = Stopwatch.StartNew();
        while (true)
        {
            await using var body = await http.GetStreamAsync(
                new Uri(audit, $"/events?txn={Uri.EscapeDataString(transaction)}&limit=1000"), cancellationToken);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            var hops = Pair([.. json.RootElement.EnumerateArray().Select(Read)]);
            if (Complete(hops, steps)) return hops;
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException(
                    $"The audit log of {transaction} is incomplete after {Patience.TotalSeconds} s; it has {hops.Count} hops.");
            }
            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    private static bool Complete(List<HopRecord> hops, IReadOnlyList<TriageStep> steps) =>
        hops.TrueForAll(hop => hop.Outcome.Length > 0)
        && steps.All(step => hops.Exists(hop => hop.Method == step.Method && (step.Outcome == "denied" ? hop.Hop == 1 : hop.Hop == 2)));

    private static List<HopRecord> Pair(IReadOnlyList<AuditEvent> events)
    {
        var outcomes = events.Where(e => e.Kind == AuditEventKind.Outcome && e.CallId is not null)
            .ToDictionary(e => (e.Emitter, e.CallId!));
        return [.. events
            // Lists carry no method; they move no data and are not part of the job.
            .Where(e => e.Kind is AuditEventKind.Intent or AuditEventKind.Denial && e is { Operation: "tools/call", Method: not null })
            .Select(e => Row(e, e.Kind == AuditEventKind.Denial ? e.Outcome ?? "denied"
                : e.CallId is not null && outcomes.TryGetValue((e.Emitter, e.CallId), out var outcome) ? outcome.Outcome ?? "" : ""))
            .OrderBy(hop => hop.Time)];
    }

    private static HopRecord Row(AuditEvent e, string outcome) => new(
        e.Hop, e.Subject ?? "", e.Actors, e.Audience ?? "", e.Method ?? "", e.IdJagId ?? "", e.AccessTokenId ?? "", e.Scope ?? "",
        e.Decision ?? "", e.Rule ?? "", outcome)
    { Time = e.Time };

    private static AuditEvent Read(JsonElement json) => OcsfReader.TryRead(json, out var auditEvent, out var error)
        ? auditEvent
        : throw new InvalidDataException($"The audit sink returned an event that is none of the mesh's: {error}");
}
