using System.Collections.Concurrent;

namespace McpMesh.Sidecar.Storage;

/// <summary>Connections for reads beside the writer: WAL lets them run while it commits.</summary>
internal sealed class SqliteReaders(SqliteLocation location) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];

    public T Read<T, TState>(TState state, Func<SqliteSession, TState, T> read)
    {
        if (!_idle.TryTake(out var session)) session = SqliteSession.Open(location);
        try
        {
            return read(session, state);
        }
        finally
        {
            _idle.Add(session);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session)) session.Dispose();
    }
}
