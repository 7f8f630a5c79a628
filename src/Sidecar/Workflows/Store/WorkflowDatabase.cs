using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.State;
using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>
/// The file that workflows are kept in: that of the actor state store, written through its one writer, so that turns and state share
/// commits. <c>state.in-memory</c> gives a database of this process alone.
/// </summary>
internal sealed class WorkflowDatabase : IDisposable
{
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders? _readers;
    private readonly ChangeWatch? _changes;

    private WorkflowDatabase(SqliteWriter writer, SqliteReaders? readers, ChangeWatch? changes)
    {
        _writer = writer;
        _readers = readers;
        _changes = changes;
    }

    public static async Task<WorkflowDatabase> OpenAsync(IStateStore store)
    {
        var database = store is SqliteStateStore file
            ? new WorkflowDatabase(file.Writer, file.Readers, new ChangeWatch(file.Location))
            : new WorkflowDatabase(new SqliteWriter(SqliteLocation.InMemory, ""), null, null);
        await database.WriteAsync(static session =>
        {
            foreach (var statement in WorkflowSchema.Statements) session.Execute(statement);
            return true;
        });
        return database;
    }

    /// <param name="durable">Whether it has to survive a power cut: an acknowledgement hangs on it.</param>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> change, bool durable = true) => _writer.RunAsync(change, durable);

    /// <summary>All that <paramref name="read"/> sees is of one moment.</summary>
    public ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> read) =>
        _readers is null ? new(_writer.RunAsync(read, durable: false)) : new(_readers.Read(read, ReadAtOnce));

    /// <summary>Ends when some process has changed the file; never where no other can.</summary>
    public Task NextChange() => _changes?.Next() ?? Never;

    /// <summary>Leaves what belongs to the state store to it.</summary>
    public void Dispose()
    {
        _changes?.Dispose();
        if (_readers is null) _writer.Dispose();
    }

    private static T ReadAtOnce<T>(SqliteSession session, Func<SqliteSession, T> read)
    {
        session.Prepare("BEGIN").Run();
        try
        {
            return read(session);
        }
        finally
        {
            session.Prepare("COMMIT").Run();
        }
    }
}
