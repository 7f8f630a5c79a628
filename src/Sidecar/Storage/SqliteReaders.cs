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
            var result = read(session, state);
            _idle.Add(session);
            return result;
        }
        catch
        {
            // A connection keeps pages; what it read while the file was bad is not to be believed after.
            session.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session)) session.Dispose();
    }
}
