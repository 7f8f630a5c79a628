using System.Collections.Concurrent;
using McpMesh.Gateway.Sessions;

namespace McpMesh.Gateway.Tests.Mesh;

/// <summary>Stands for the state store that all replicas share.</summary>
internal sealed class TestSessions : ISessionStore
{
    private readonly ConcurrentDictionary<string, (LegacySession Session, string Version)> _sessions = new();

    public int Count => _sessions.Count;

    public Task SaveAsync(LegacySession session, CancellationToken cancellationToken)
    {
        _sessions[session.Id] = (session, Guid.NewGuid().ToString());
        return Task.CompletedTask;
    }

    public Task<(LegacySession Session, string Version)?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_sessions.TryGetValue(id, out var found) ? found : ((LegacySession, string)?)null);

    public Task TouchAsync(LegacySession session, string version, CancellationToken cancellationToken)
    {
        if (_sessions.TryGetValue(session.Id, out var found) && found.Version == version)
            _sessions.TryUpdate(session.Id, (session, Guid.NewGuid().ToString()), found);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        _sessions.TryRemove(id, out _);
        return Task.CompletedTask;
    }
}
