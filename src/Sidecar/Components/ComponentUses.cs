namespace McpMesh.Sidecar.Components;

/// <summary>
/// Counts who works with components. A component that was replaced is closed when all are done that may have looked it up before.
/// </summary>
internal sealed class ComponentUses
{
    private volatile Generation _current = new();

    /// <summary>From before a component is looked up until the work with it is done.</summary>
    public Use Enter()
    {
        while (true)
        {
            var generation = _current;
            if (generation.TryEnter()) return new Use(generation);
        }
    }

    /// <summary>Ends when everyone has left who entered before this call.</summary>
    public Task WhenEarlierUsesEndAsync()
    {
        var before = Interlocked.Exchange(ref _current, new Generation());
        before.Close();
        return before.Ended;
    }

    internal readonly struct Use(Generation generation) : IDisposable
    {
        public void Dispose() => generation.Leave();
    }

    internal sealed class Generation
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _users = 1; // the generation itself, until it is closed

        public Task Ended => _ended.Task;

        public bool TryEnter()
        {
            var users = Volatile.Read(ref _users);
            while (users > 0)
            {
                var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
                if (seen == users) return true;
                users = seen;
            }

            return false;
        }

        public void Leave()
        {
            if (Interlocked.Decrement(ref _users) == 0) _ended.TrySetResult();
        }

        public void Close() => Leave();
    }
}
