namespace McpMesh.Sidecar.Storage;

/// <summary>One caller's change, waiting for the commit that it shares with others.</summary>
internal abstract class WriteWork(bool durable)
{
    /// <summary>Whether an acknowledgement outside hangs on this commit.</summary>
    public bool Durable { get; } = durable;

    /// <summary>Runs inside the shared transaction; an exception undoes this change only.</summary>
    public abstract void Execute(SqliteSession session);

    /// <summary>The transaction is committed.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception error);
}
