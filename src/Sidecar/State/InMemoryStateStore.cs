namespace McpMesh.Sidecar.State;

/// <summary><c>state.in-memory</c>: gone with the process, otherwise the same rules.</summary>
internal sealed class InMemoryStateStore(TimeProvider clock) : IStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StateEntry> _entries = new(StringComparer.Ordinal);
    private long _version;

    public StateEntry? Find(string key)
    {
        lock (_gate) return Current(key);
    }

    public Task ApplyAsync(IReadOnlyList<StateChange> changes)
    {
        var undo = new List<KeyValuePair<string, StateEntry?>>();
        lock (_gate)
        {
            try
            {
                foreach (var change in changes)
                {
                    Check(change, Current(change.Key)?.Etag);
                    undo.Add(new(change.Key, _entries.GetValueOrDefault(change.Key)));
                    Put(change);
                }
            }
            catch (EtagMismatchException error)
            {
                for (var i = undo.Count - 1; i >= 0; i--) Restore(undo[i]);
                return Task.FromException(error);
            }
        }

        return Task.CompletedTask;
    }

    // A delete with first-write and no ETag is refused as well: so does Dapr's store of this name, other than its SQLite.
    private static void Check(StateChange change, string? current)
    {
        if (!change.HasEtag)
        {
            if (change.FirstWrite && current is not null) throw new EtagMismatchException("item already exists and no etag was passed");
            return;
        }

        if (current is null) throw new EtagMismatchException($"state not exist or expired for key={change.Key}");
        if (!string.Equals(change.Etag, current, StringComparison.Ordinal))
            throw new EtagMismatchException($"state etag not match for key={change.Key}: current={current}, expect={change.Etag}");
    }

    private StateEntry? Current(string key)
    {
        if (!_entries.TryGetValue(key, out var entry)) return null;
        if (entry.Expires is null || entry.Expires > Now()) return entry;
        _entries.Remove(key);
        return null;
    }

    private void Put(StateChange change)
    {
        if (change.Value is null) _entries.Remove(change.Key);
        else _entries[change.Key] = new StateEntry(change.Value, $"{++_version}", change.ExpiryAfter(Now()));
    }

    private void Restore(KeyValuePair<string, StateEntry?> before)
    {
        if (before.Value is null) _entries.Remove(before.Key);
        else _entries[before.Key] = before.Value;
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
