namespace McpMesh.Sidecar.Storage;

/// <summary>One caller's change, waiting for the commit that it shares with others.</summary>
internal abstract class WriteWork(bool durable)
{
    /// <summary>Whether an acknowledgement outside hangs on this commit.</summary>
    public bool Durable { get; } = durable;

    /// <summary>Runs inside the shared transaction; an exception undoes this change only.</summary>
    public abstract void Execute(SqliteSession session);

    /// <summary>
    /// The change threw and was undone. Its caller hears of it with the commit like all others: the reason may be a change that the same
    /// commit holds, and nobody may learn of that one before it is there for all to see.
    /// </summary>
    public abstract void Refuse(Exception reason);

    /// <summary>The transaction is committed: tells the caller the result or the refusal.</summary>
    public abstract void Answer();

    /// <summary>Nothing of the transaction holds.</summary>
    public abstract void Fail(Exception error);
}
