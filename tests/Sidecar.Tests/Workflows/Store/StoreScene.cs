using Dapr.DurableTask.Protobuf;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.State;
using McpMesh.Sidecar.Storage;
using McpMesh.Sidecar.Tests.Harness;
using McpMesh.Sidecar.Tests.Workflows.Turns;
using McpMesh.Sidecar.Workflows.Store;
using McpMesh.Sidecar.Workflows.Turns;
using McpMesh.Sqlite;

namespace McpMesh.Sidecar.Tests.Workflows.Store;

/// <summary>A state file with the engine's tables, and turns written into it without a worker.</summary>
internal sealed class StoreScene : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SqliteStateStore _state;

    private StoreScene()
    {
        SystemSqlite.Use();
        _state = SqliteStateStore.Open(
            new Component("statestore", "state.sqlite", "v1", "test", new Dictionary<string, string> { ["connectionString"] = Path }),
            TimeProvider.System);
    }

    public string Path => _folder.File("workflows.db");

    public WorkflowDatabase Database { get; private set; } = null!;

    /// <summary>A moment; tests move it.</summary>
    public DateTimeOffset Now { get; set; } = TurnScene.Context.Now;

    public long Milliseconds => Now.ToUnixTimeMilliseconds();

    public static async Task<StoreScene> OpenAsync()
    {
        var scene = new StoreScene();
        scene.Database = await WorkflowDatabase.OpenAsync(scene._state);
        return scene;
    }

    public Task<T> WriteAsync<T>(Func<SqliteSession, T> change) => Database.WriteAsync(change);

    public Task WriteAsync(Action<SqliteSession> change) => Database.WriteAsync(session =>
    {
        change(session);
        return true;
    });

    public async Task<StartResult> StartAsync(string id, ParentLink? parent = null, DateTimeOffset? at = null)
    {
        var started = TurnScene.Start();
        if (at is { } time)
            started.ExecutionStarted.ScheduledStartTimestamp = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(time);
        return (await WriteAsync(session => InstanceStarts.Start(session, "app", id, started, parent, Now))).Result;
    }

    public async Task<InstanceLease?> ClaimAsync(long owner = 1) =>
        (await WriteAsync(session => LeaseTable.Claim(session, "app", owner, Milliseconds, 1))).FirstOrDefault();

    public async Task<TurnInput> ReadAsync(InstanceLease lease)
    {
        var now = Milliseconds;
        var (inbox, timers, workers) = await Database.ReadAsync(session =>
            (InboxTable.Read(session, lease.Number), TimerTable.Due(session, lease.Number, now), WorkerTable.Changes(session, "app")));
        return new TurnInput(
            [.. inbox.Select(item => item.Event.Parse("inbox")), .. timers.Select(timer => timer.Parse("timer"))],
            inbox.Count == 0 ? 0 : inbox[^1].Number, now, 0)
        { WorkerChanges = workers };
    }

    /// <summary>Reads, applies the actions as a worker's answer, and writes.</summary>
    public async Task<TurnResult> TurnAsync(InstanceLease lease, params WorkflowAction[] actions)
    {
        var input = await ReadAsync(lease);
        return await CommitAsync(lease, input, await ApplyAsync(lease, input, actions));
    }

    public async Task<TurnOutcome> ApplyAsync(InstanceLease lease, TurnInput input, params WorkflowAction[] actions)
    {
        var rows = await Database.ReadAsync(session => HistoryTable.Read(session, lease.Number, lease.Row.Events));
        var past = new HistoryIndex();
        foreach (var row in rows) past.TryAdd(row.Parse("history"));
        return Turn.Begin(past, input.Events, ContextOf(lease)).Apply(TurnScene.Answer(actions), ContextOf(lease));
    }

    public Task<TurnResult> CommitAsync(InstanceLease lease, TurnInput input, TurnOutcome outcome, long? retention = null) =>
        WriteAsync(new TurnCommit(lease, input, new TurnWrites(outcome, lease.Row.Id), ContextOf(lease), retention).Run);

    public TurnContext ContextOf(InstanceLease lease) => new("app", "default", lease.Row.Id, Now);

    /// <summary>Starts an instance and runs it to its end.</summary>
    public async Task<InstanceRow> RunToEndAsync(string id, params WorkflowAction[] actions)
    {
        await StartAsync(id);
        return (await TurnAsync((await ClaimAsync())!, [.. actions, TurnScene.Complete(100)])).Row;
    }

    public Task<InstanceRow?> FindAsync(string id) => WriteAsync(session => InstanceTable.Find(session, "app", id));

    public Task<long> CountAsync(string table, string where = "1") =>
        WriteAsync(session => session.Prepare($"SELECT COUNT(*) FROM {table} WHERE {where}").First(static row => row.Int64(0)));

    /// <summary>All rows of the engine's tables, to be compared.</summary>
    public Task<string> DumpAsync() => WriteAsync(session => string.Join('\n',
        new[] { "workflow_instances", "workflow_history", "workflow_inbox", "workflow_timers", "workflow_activities" }.SelectMany(table =>
        {
            var columns = session.Prepare($"SELECT name FROM pragma_table_info('{table}')").All(static row => $"quote({row.Text(0)})");
            return session.Prepare($"SELECT {string.Join("||'|'||", columns)} FROM {table} ORDER BY 1")
                .All(row => $"{table}: {row.Text(0)}");
        })));

    public ValueTask DisposeAsync()
    {
        Database.Dispose();
        _state.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
