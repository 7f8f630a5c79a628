namespace McpMesh.Sidecar.Storage;

/// <summary>A change with a result.</summary>
internal sealed class WriteWork<T>(Func<SqliteSession, T> change, bool durable) : WriteWork(durable)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Execute(SqliteSession session) => _result = change(session);

    public override void Complete() => _done.TrySetResult(_result);

    public override void Fail(Exception error) => _done.TrySetException(error);
}
