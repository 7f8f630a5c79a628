using System.Text.Json;
using McpMesh.Testing;

namespace McpMesh.Chaos;

/// <summary>The gateway's records of some transactions, from the sink.</summary>
internal sealed class AuditTrail(RunningMesh mesh) : IDisposable
{
    private const int PageSize = 1000;

    private readonly HttpClient _http = new();

    public async Task<IReadOnlyList<AuditRecord>> ReadAsync(IEnumerable<string> transactions)
    {
        var records = new List<AuditRecord>();
        foreach (var transaction in transactions.Distinct())
        {
            string? last = null;
            int count;
            do
            {
                var after = last is null ? "" : "&after=" + last;
                using var page = JsonDocument.Parse(await _http.GetByteArrayAsync(
                    new Uri(mesh.Audit, $"/events?txn={Uri.EscapeDataString(transaction)}&limit={PageSize}{after}")));
                count = page.RootElement.GetArrayLength();
                foreach (var entry in page.RootElement.EnumerateArray())
                {
                    last = entry.GetProperty("metadata").GetProperty("uid").GetString();
                    if (Read(entry) is { } record) records.Add(record);
                }
            }
            while (count == PageSize);
        }

        return records;
    }

    public void Dispose() => _http.Dispose();

    private static AuditRecord? Read(JsonElement entry)
    {
        if (entry.GetProperty("metadata").GetProperty("log_provider").GetString() != "gateway") return null;
        if (!entry.TryGetProperty("unmapped", out var unmapped) || !unmapped.TryGetProperty("mcpmesh", out var mesh)) return null;
        if (!mesh.TryGetProperty("args_digest", out var digest)) return null;
        var call = entry.GetProperty("api").TryGetProperty("request", out var request) ? request.GetProperty("uid").GetString() : null;
        var kind = mesh.GetProperty("kind").GetString()!;
        return call is null || kind is not ("intent" or "outcome")
            ? null
            : new AuditRecord(call, kind, digest.GetString()!, entry.TryGetProperty("status_code", out var code) ? code.GetString() : null);
    }
}
