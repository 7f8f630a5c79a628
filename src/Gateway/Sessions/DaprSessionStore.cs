using System.Globalization;
using Dapr.Client;
using McpMesh.Configuration;

namespace McpMesh.Gateway.Sessions;

/// <summary>Sessions in the Dapr state store, which also lets them expire.</summary>
internal sealed class DaprSessionStore(DaprClient dapr, MeshConfiguration mesh) : ISessionStore
{
    private const string Store = "statestore";

    private readonly Dictionary<string, string> _expiry = new()
    {
        ["ttlInSeconds"] = ((int)mesh.Limits.SessionIdle.TotalSeconds).ToString(CultureInfo.InvariantCulture),
    };

    public Task SaveAsync(LegacySession session, CancellationToken cancellationToken) =>
        dapr.SaveStateAsync(Store, Key(session.Id), session, metadata: _expiry, cancellationToken: cancellationToken);

    public async Task<(LegacySession Session, string Version)?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var (session, version) = await dapr.GetStateAndETagAsync<LegacySession?>(Store, Key(id), cancellationToken: cancellationToken);
        return session is null ? null : (session, version);
    }

    public Task TouchAsync(LegacySession session, string version, CancellationToken cancellationToken) =>
        dapr.TrySaveStateAsync(Store, Key(session.Id), session, version, metadata: _expiry, cancellationToken: cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        dapr.DeleteStateAsync(Store, Key(id), cancellationToken: cancellationToken);

    private static string Key(string id) => "mcp-session-" + id;
}
