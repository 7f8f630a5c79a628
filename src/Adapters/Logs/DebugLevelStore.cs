using System.Globalization;
using System.Text.Json;
using Dapr.Client;
using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Logs;

/// <summary>
/// Raised levels in Dapr state, which expires by itself with the last of them, and in <c>levels.json</c>, which services read. The state is
/// the truth; the file is written after it.
/// </summary>
internal sealed class DebugLevelStore(DaprClient dapr, string dataFolder, TimeProvider clock) : IDisposable
{
    private const string StateStore = "statestore";
    private const string Key = "debug-levels";
    private const int MaxAttempts = 16;
    private static readonly StateOptions FirstWrite =
        new() { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };
    // As long as a claim in the ledger of calls.
    private static readonly Dictionary<string, string> DecisionLife = new() { ["ttlInSeconds"] = "90000" };
    private readonly SemaphoreSlim _file = new(1, 1);

    /// <summary>The levels in force.</summary>
    public async ValueTask<DebugLevels> ReadAsync(CancellationToken cancellationToken) =>
        (await dapr.GetStateAsync<DebugLevels?>(StateStore, Key, ConsistencyMode.Strong, cancellationToken: cancellationToken)
            ?? new DebugLevels()).At(clock.GetUtcNow());

    public void Dispose() => _file.Dispose();

    /// <summary>Keeps what a call decided before it is done, or returns what was decided under that id already.</summary>
    public async ValueTask<DebugDecision> DecideAsync(string id, DebugDecision decision, CancellationToken cancellationToken)
    {
        var key = $"debug-call-{id}";
        if (await dapr.TrySaveStateAsync(StateStore, key, decision, "", FirstWrite, DecisionLife, cancellationToken)) return decision;
        return await dapr.GetStateAsync<DebugDecision?>(StateStore, key, ConsistencyMode.Strong, cancellationToken: cancellationToken)
            ?? throw new Dapr.DaprException("A decision was refused and is not there.");
    }

    /// <summary>Raises a level, unless it is over or a later one is in force.</summary>
    public async ValueTask RaiseAsync(string service, DebugLevel level, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (current, etag) = await dapr.GetStateAndETagAsync<DebugLevels?>(
                StateStore, Key, ConsistencyMode.Strong, cancellationToken: cancellationToken);
            var now = clock.GetUtcNow();
            var levels = (current ?? new DebugLevels()).At(now);
            if (level.Until <= now || (levels.Services.TryGetValue(service, out var present) && present.SetAt > level.SetAt)) break;
            levels = levels with { Services = levels.Services.SetItem(service, level) };
            var seconds = Math.Max(1, (long)Math.Ceiling((levels.Services.Values.Max(raised => raised.Until) - now).TotalSeconds));
            var expiry = new Dictionary<string, string> { ["ttlInSeconds"] = seconds.ToString(CultureInfo.InvariantCulture) };
            if (current is null && string.IsNullOrEmpty(etag))
            {
                // Nobody to compare with: first-write without an ETag fails when another was quicker, and the next round sees it.
                if (await TryCreateAsync(levels, expiry, cancellationToken)) break;
            }
            else if (await dapr.TrySaveStateAsync(StateStore, Key, levels, etag, FirstWrite, expiry, cancellationToken))
            {
                break;
            }
            if (attempt == MaxAttempts - 1)
                throw new ToolFailureException("Levels are being changed by too many others; nothing was changed.");
        }
        await WriteFileAsync(cancellationToken);
    }

    private async ValueTask<bool> TryCreateAsync(DebugLevels levels, Dictionary<string, string> expiry, CancellationToken cancellationToken)
    {
        try
        {
            await dapr.SaveStateAsync(StateStore, Key, levels, FirstWrite, expiry, cancellationToken);
            return true;
        }
        catch (Dapr.DaprException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else was quicker, or the store failed: the state says which.
            var winner = await dapr.GetStateAsync<DebugLevels?>(
                StateStore, Key, ConsistencyMode.Strong, cancellationToken: cancellationToken);
            if (winner is null) throw;
            return false;
        }
    }

    /// <summary>Writes what the state says now, so that the last writer of the file is never behind.</summary>
    private async ValueTask WriteFileAsync(CancellationToken cancellationToken)
    {
        await _file.WaitAsync(cancellationToken);
        try
        {
            var levels = await ReadAsync(cancellationToken);
            Directory.CreateDirectory(dataFolder);
            var path = Path.Combine(dataFolder, "levels.json");
            var temporary = $"{path}.{Environment.ProcessId}.tmp";
            await File.WriteAllBytesAsync(
                temporary, JsonSerializer.SerializeToUtf8Bytes(levels, LogsJson.Default.DebugLevels), cancellationToken);
            File.Move(temporary, path, overwrite: true); // a reader sees the old file or the new one
        }
        finally
        {
            _file.Release();
        }
    }
}
