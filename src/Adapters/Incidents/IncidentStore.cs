using Dapr;
using Dapr.Client;

namespace McpMesh.Adapters.Incidents;

/// <summary>
/// Incidents in Dapr state. Creating is a first-write, changing compares the ETag: of concurrent writers exactly one wins.
/// </summary>
internal sealed class IncidentStore(DaprClient dapr)
{
    private const string StateStore = "statestore";
    private const int MaxAttempts = 32;
    private static readonly StateOptions FirstWrite =
        new() { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };

    /// <summary>The incident; null when there is none.</summary>
    public async ValueTask<Incident?> FindAsync(string id, CancellationToken cancellationToken) =>
        await dapr.GetStateAsync<Incident?>(StateStore, KeyOf(id), ConsistencyMode.Strong, cancellationToken: cancellationToken);

    /// <summary>Stores a new incident, or returns the one that is already there under the same id.</summary>
    public async ValueTask<Incident> CreateAsync(Incident incident, CancellationToken cancellationToken)
    {
        try
        {
            await dapr.SaveStateAsync(StateStore, KeyOf(incident.Id), incident, FirstWrite, cancellationToken: cancellationToken);
            return incident;
        }
        catch (DaprException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else was first, or the store failed: the state says which.
            if (await FindAsync(incident.Id, cancellationToken) is { } earlier) return earlier;
            throw;
        }
    }

    /// <summary>
    /// Changes an incident; <paramref name="change"/> returns the same instance to leave it. Null when there is no such incident.
    /// </summary>
    /// <exception cref="Mcp.ToolFailureException">Too many others change it at the same time.</exception>
    public async ValueTask<Incident?> UpdateAsync(string id, Func<Incident, Incident> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (current, etag) = await dapr.GetStateAndETagAsync<Incident?>(
                StateStore, KeyOf(id), ConsistencyMode.Strong, cancellationToken: cancellationToken);
            if (current is null) return null;
            var changed = change(current);
            if (ReferenceEquals(changed, current)) return current;
            if (await dapr.TrySaveStateAsync(StateStore, KeyOf(id), changed, etag, FirstWrite, cancellationToken: cancellationToken))
                return changed;
        }
        throw new Mcp.ToolFailureException("The incident is being changed by too many others; nothing was posted.");
    }

    private static string KeyOf(string id) => $"incident-{id}";
}
