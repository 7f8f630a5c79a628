using McpMesh.Sidecar.Storage;
using McpMesh.Sqlite;

namespace McpMesh.Sidecar.Tests.Harness;

/// <summary>A database file under a write that does not end.</summary>
internal sealed class LockedDatabase : IDisposable
{
    private readonly SqliteSession _session;

    private LockedDatabase(SqliteSession session) => _session = session;

    public static LockedDatabase Create(string file)
    {
        SystemSqlite.Use();
        var session = SqliteSession.Open(SqliteLocation.Parse(file));
        session.Execute("BEGIN IMMEDIATE");
        session.Execute("CREATE TABLE held (x)");
        return new LockedDatabase(session);
    }

    public void Dispose() => _session.Dispose();
}
