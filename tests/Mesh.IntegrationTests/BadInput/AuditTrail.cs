using System.Diagnostics;
using System.Text.Json;
using McpMesh.Audit;
using McpMesh.Audit.Ocsf;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>The sink's records that came after a moment.</summary>
internal sealed class AuditTrail : IDisposable
{
    private const int Page = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new();
    private readonly RunningMesh _mesh;
    private readonly Predicate<AuditEvent> _belongs;
    private HashSet<string> _before = [];

    private AuditTrail(RunningMesh mesh, Predicate<AuditEvent> belongs) => (_mesh, _belongs) = (mesh, belongs);

    /// <param name="mesh">Whose records.</param>
    /// <param name="belongs">Which of them; without it all, also late ones of what was done before.</param>
    public static async Task<AuditTrail> FromNowAsync(RunningMesh mesh, Predicate<AuditEvent>? belongs = null)
    {
        var trail = new AuditTrail(mesh, belongs ?? (_ => true));
        trail._before = [.. (await trail.AllAsync()).Select(record => record.Id)];
        return trail;
    }

    /// <summary>The new records, once they satisfy <paramref name="complete"/>: delivery is asynchronous, loss is not allowed.</summary>
    /// <exception cref="TimeoutException">They did not come.</exception>
    public async Task<IReadOnlyList<AuditEvent>> ReadAsync(Func<IReadOnlyList<AuditEvent>, bool> complete)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            IReadOnlyList<AuditEvent> records = [.. (await AllAsync())
                .Where(record => !_before.Contains(record.Id) && _belongs(record))];
            if (complete(records)) return records;
            if (watch.Elapsed > Patience)
            {
                var present = string.Join("; ", records.Select(r => $"{r.Emitter} {r.Kind} {r.Method} {r.Outcome} {r.Reason}"));
                throw new TimeoutException($"After {Patience.TotalSeconds} s the sink has {records.Count} new records: {present}");
            }

            await Task.Delay(50);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<List<AuditEvent>> AllAsync()
    {
        var all = new List<AuditEvent>();
        while (true)
        {
            var after = all.Count == 0 ? "" : $"&after={all[^1].Id}";
            using var page = JsonDocument.Parse(await _http.GetByteArrayAsync(new Uri(_mesh.Audit, $"/events?limit={Page}{after}")));
            all.AddRange(page.RootElement.EnumerateArray().Select(Read));
            if (page.RootElement.GetArrayLength() < Page) return all;
        }
    }

    private static AuditEvent Read(JsonElement json) =>
        OcsfReader.TryRead(json, out var record, out var error) ? record : throw new InvalidDataException(error);
}
