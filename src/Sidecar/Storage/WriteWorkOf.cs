namespace McpMesh.Sidecar.Storage;

/// <summary>A change with a result.</summary>
internal sealed class WriteWork<T>(Func<SqliteSession, T> change, bool durable) : WriteWork(durable)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;
    private Exception? _refusal;

    public Task<T> Done => _done.Task;

    public override void Execute(SqliteSession session) => _result = change(session);

    public override void Refuse(Exception reason) => _refusal = reason;

    public override void Answer()
    {
        if (_refusal is null) _done.SetResult(_result);
        else _done.SetException(_refusal);
    }

    public override void Fail(Exception error) => _done.SetException(error);
}
