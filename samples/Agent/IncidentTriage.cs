using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpMesh.Samples.Agent;

/// <summary>
/// The agent's job: logs → analytics → cost → incident board. Its plan is fixed, so that two runs differ only by who is behind them.
/// </summary>
public sealed class IncidentTriage(McpClient mesh)
{
    // The window of the shop's bad afternoon in samples/ShopData.
    private const string From = "2026-11-19T14:00:00Z";
    private const string To = "2026-11-19T14:45:00Z";

    /// <summary>Works through the systems until done, or until it may not go on.</summary>
    /// <returns>Every call made, in order.</returns>
    public async Task<IReadOnlyList<TriageStep>> RunAsync(CancellationToken cancellationToken)
    {
        var steps = new List<TriageStep>();
        await CallAsync("logs.read", new() { ["service"] = "checkout", ["level"] = "error", ["from"] = From, ["to"] = To, ["limit"] = 20 });
        var orders = await CallAsync("analytics.query", new()
        {
            ["sql"] = $"SELECT status, count(*) AS orders, sum(amount_cents) / 100.0 AS amount FROM orders WHERE placed_at BETWEEN " +
                $"'{From}' AND '{To}' GROUP BY status",
        });
        await CallAsync("cost.query", new()
        {
            ["sql"] = "SELECT ServiceName, round(sum(BilledCost), 2) AS cost FROM focus GROUP BY ServiceName ORDER BY cost DESC LIMIT 5",
        });
        var incident = await CallAsync("incidents.trigger", new()
        {
            ["title"] = "Checkout fails since 14:02 UTC",
            ["severity"] = "high",
            ["service"] = "checkout",
            ["description"] = "Errors in checkout's log after the deploy; orders fail, log ingestion costs rise.",
        });
        if (incident?.StructuredContent is not { } board || !board.TryGetProperty("id", out var id)) return steps;
        await CallAsync("incidents.summary.post", new()
        {
            ["incidentId"] = id.GetString(),
            ["summary"] = $"Orders in the window: {FirstLine(orders)}",
            ["from"] = From,
            ["to"] = To,
        });
        return steps;

        async Task<CallToolResult?> CallAsync(string tool, Dictionary<string, object?> arguments)
        {
            try
            {
                var result = await mesh.CallToolAsync(tool, arguments, cancellationToken: cancellationToken);
                steps.Add(new TriageStep(tool, result.IsError is true ? "failed" : "success", FirstLine(result)));
                return result.IsError is true ? null : result;
            }
            catch (McpProtocolException refusal)
            {
                // 4030 is the mesh's "denied by policy"; to an ordinary client it is an error like any other.
                steps.Add(new TriageStep(tool, (int)refusal.ErrorCode == 4030 ? "denied" : "failed", refusal.Message));
                return null;
            }
        }
    }

    private static string FirstLine(CallToolResult? result)
    {
        var text = result?.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text ?? JsonSerializer.Serialize(result?.StructuredContent);
        var line = text.AsSpan().TrimStart();
        var end = line.IndexOf('\n');
        if (end >= 0) line = line[..end];
        return line.Length > 200 ? string.Concat(line[..200], "…") : line.ToString();
    }
}
