namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>
/// The engine's tables, in the file of the actor state store. An instance has a number for each time it is made: whatever still points to
/// an earlier life of the same id finds nothing. Its <c>wake</c> is the time of its next turn; <c>owner</c> is the sidecar that has the
/// turn in hand (0: nobody), and <c>fence</c> counts the hands it went through.
/// </summary>
internal static class WorkflowSchema
{
    public static readonly string[] Statements =
    [
        """
        CREATE TABLE IF NOT EXISTS workflow_sidecars (number INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, beat INTEGER NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS workflow_instances (number INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL, id TEXT NOT NULL,
            name TEXT NOT NULL, version TEXT, execution TEXT, status INTEGER NOT NULL, generation INTEGER NOT NULL, events INTEGER NOT NULL,
            revision INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, started INTEGER, completed INTEGER,
            expires INTEGER, parent INTEGER, parent_generation INTEGER, parent_task INTEGER, parent_app TEXT, parent_id TEXT,
            wake INTEGER, owner INTEGER NOT NULL, fence INTEGER NOT NULL, custom_status TEXT, UNIQUE (app, id))
        """,
        "CREATE INDEX IF NOT EXISTS workflow_ready ON workflow_instances (app, wake) WHERE owner=0 AND wake IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS workflow_owned ON workflow_instances (owner) WHERE owner<>0",
        "CREATE INDEX IF NOT EXISTS workflow_children ON workflow_instances (parent) WHERE parent IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS workflow_expiring ON workflow_instances (expires) WHERE expires IS NOT NULL",
        """
        CREATE TABLE IF NOT EXISTS workflow_history (instance INTEGER NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL,
            checksum INTEGER NOT NULL, PRIMARY KEY (instance, seq)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS workflow_inbox (number INTEGER PRIMARY KEY AUTOINCREMENT, instance INTEGER NOT NULL,
            event BLOB NOT NULL, checksum INTEGER NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS workflow_inbox_instance ON workflow_inbox (instance)",
        """
        CREATE TABLE IF NOT EXISTS workflow_timers (instance INTEGER NOT NULL, due INTEGER NOT NULL, timer INTEGER NOT NULL,
            event BLOB NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (instance, due, timer)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS workflow_activities (number INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT NOT NULL,
            instance INTEGER NOT NULL, generation INTEGER NOT NULL, task INTEGER NOT NULL, request BLOB NOT NULL, owner INTEGER NOT NULL,
            fence INTEGER NOT NULL)
        """,
        "CREATE TABLE IF NOT EXISTS workflow_workers (app TEXT PRIMARY KEY, changes INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS workflow_activities_ready ON workflow_activities (app, number) WHERE owner=0",
        "CREATE INDEX IF NOT EXISTS workflow_activities_owned ON workflow_activities (owner) WHERE owner<>0",
        "CREATE INDEX IF NOT EXISTS workflow_activities_instance ON workflow_activities (instance)",
    ];
}
