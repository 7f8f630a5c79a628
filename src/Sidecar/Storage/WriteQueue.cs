namespace McpMesh.Sidecar.Storage;

/// <summary>
/// Changes that wait for the writer. Its thread sleeps until one comes: a blocking collection spins first, which costs more than the
/// change itself on a machine whose processors are taken.
/// </summary>
internal sealed class WriteQueue
{
    private readonly object _gate = new();
    private readonly Queue<WriteWork> _waiting = new();
    private bool _closed;

    /// <summary>False after <see cref="Close"/>.</summary>
    public bool TryAdd(WriteWork work)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _waiting.Enqueue(work);
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Waits for changes and adds up to <paramref name="most"/> of them to the batch; false when closed and empty.</summary>
    public bool Take(List<WriteWork> batch, int most)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed) return false;
                Monitor.Wait(_gate);
            }

            while (batch.Count < most && _waiting.TryDequeue(out var work)) batch.Add(work);
            return true;
        }
    }

    /// <summary>Adds to the batch whatever waits.</summary>
    public void TakeAll(List<WriteWork> batch)
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var work)) batch.Add(work);
        }
    }

    /// <summary>Takes no more; false when that was so already.</summary>
    public bool Close()
    {
        lock (_gate)
        {
            if (_closed) return false;
            _closed = true;
            Monitor.Pulse(_gate);
            return true;
        }
    }
}
