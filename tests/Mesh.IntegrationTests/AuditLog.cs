using System.Diagnostics;
using System.Text.Json;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests;

/// <summary>Reads the sink as an auditor would.</summary>
internal sealed class AuditLog(RunningMesh mesh) : IDisposable
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new();

    /// <summary>
    /// The records of a transaction, once they satisfy <paramref name="complete"/>: delivery is asynchronous, loss is not allowed.
    /// </summary>
    /// <exception cref="TimeoutException">They did not come.</exception>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(string transaction, Func<IReadOnlyList<JsonElement>, bool> complete)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var records = await ReadPagesAsync(transaction);
            if (complete(records)) return records;
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"After {Patience.TotalSeconds} s the sink has {records.Count} records of {transaction}.");
            await Task.Delay(50);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<List<JsonElement>> ReadPagesAsync(string transaction)
    {
        var records = new List<JsonElement>();
        while (true)
        {
            var after = records.Count == 0 ? "" : "&after=" + records[^1].GetProperty("metadata").GetProperty("uid").GetString();
            using var page = JsonDocument.Parse(await _http.GetByteArrayAsync(
                new Uri(mesh.Audit, $"/events?txn={Uri.EscapeDataString(transaction)}&limit={PageSize}{after}")));
            records.AddRange(page.RootElement.EnumerateArray().Select(e => e.Clone()));
            if (page.RootElement.GetArrayLength() < PageSize) return records;
        }
    }
}
