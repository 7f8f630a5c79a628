using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sqlite;

namespace McpMesh.Sidecar.Tests.Workflows;

/// <summary>A sidecar's file, looked into or damaged from outside.</summary>
internal sealed class StateFile : IDisposable
{
    private readonly SqliteSession _session;

    public StateFile(string path)
    {
        SystemSqlite.Use();
        _session = SqliteSession.Open(SqliteLocation.Parse(path));
    }

    public long Number(string query) => _session.Prepare(query).First(static row => row.Int64(0));

    public void Execute(string statement) => _session.Execute(statement);

    public void Dispose() => _session.Dispose();
}
