using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>How often workers of an app have come or gone, at whichever sidecar: a turn that stalls may have missed the one it waits for.</summary>
internal static class WorkerTable
{
    public static long Changes(SqliteSession session, string app) =>
        session.Prepare("SELECT changes FROM workflow_workers WHERE app=?1").Bind(1, app).First(static row => row.Int64(0));

    public static void Count(SqliteSession session, string app) =>
        session.Prepare("INSERT INTO workflow_workers (app, changes) VALUES (?1, 1) ON CONFLICT (app) DO UPDATE SET changes=changes+1")
            .Bind(1, app).Run();
}
