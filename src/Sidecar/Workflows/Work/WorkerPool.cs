using Google.Protobuf;
using McpMesh.Grpc;

namespace McpMesh.Sidecar.Workflows.Work;

/// <summary>The workers that are connected, and the items that are on their way to them or in their hands.</summary>
internal sealed class WorkerPool
{
    private readonly Lock _gate = new();
    private readonly List<WorkerStream> _streams = [];
    private readonly Dictionary<string, WorkItem> _items = new(StringComparer.Ordinal);
    private readonly LinkedList<WorkItem> _waiting = [];

    public int Workers
    {
        get
        {
            lock (_gate) return _streams.Count;
        }
    }

    public WorkerStream Connect()
    {
        var stream = new WorkerStream();
        lock (_gate)
        {
            _streams.Add(stream);
            Distribute();
        }

        return stream;
    }

    /// <summary>What the worker had in hand goes to another, or where there is none fails.</summary>
    public void Disconnect(WorkerStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
            if (_streams.Count == 0)
            {
                // Not to be found by a worker that comes now: they are given back, and taken anew.
                _waiting.Clear();
                foreach (var item in _items.Values) item.Fail(new NoWorkerException());
                return;
            }

            foreach (var item in _items.Values)
            {
                if (item.Stream != stream || item.Answer.IsCompleted) continue;
                item.Renew();
                _waiting.AddFirst(item);
            }

            Distribute();
        }
    }

    /// <summary>Gives the item to a worker; its answer is in <see cref="WorkItem.Answer"/>. <see cref="Remove"/> it in any case.</summary>
    public void Add(WorkItem item)
    {
        lock (_gate)
        {
            item.Renew();
            if (_items.TryGetValue(item.Key, out var first))
            {
                while (first.Next is not null) first = first.Next;
                first.Next = item;
                return;
            }

            Start(item);
        }
    }

    /// <summary>Forgets an item, answered or not, and lets the next of its key go.</summary>
    public void Remove(WorkItem item)
    {
        lock (_gate)
        {
            if (!_items.TryGetValue(item.Key, out var current)) return;
            if (current != item)
            {
                while (current is not null && current.Next != item) current = current.Next;
                if (current is not null) current.Next = item.Next;
                return;
            }

            _items.Remove(item.Key);
            if (!_waiting.Remove(item)) FreePlace(item);
            if (item.Next is { } next) Start(next);
            Distribute();
        }
    }

    /// <summary>Takes a worker's answer; ends when it is written.</summary>
    /// <exception cref="GrpcException">Nobody waits for it.</exception>
    public Task AnswerAsync(string key, string token, IMessage answer)
    {
        WorkItem? item;
        lock (_gate)
        {
            if (!_items.TryGetValue(key, out item) || item.Stream is null || item.Answer.IsCompleted || !item.IsAnsweredBy(token))
            {
                throw new GrpcException(GrpcStatusCode.NotFound,
                    $"no work item '{key}' is in hand: it was answered before, given to another worker, or its workflow has ended; "
                    + "nothing was changed");
            }

            item.SetAnswer(answer);
        }

        return item.Settled;
    }

    private void Start(WorkItem item)
    {
        _items[item.Key] = item;
        if (_streams.Count == 0)
        {
            item.Fail(new NoWorkerException());
            return;
        }

        _waiting.AddLast(item);
        Distribute();
    }

    // Each item goes to the worker that has the least of its kind in hand.
    private void Distribute()
    {
        for (var node = _waiting.First; node is not null;)
        {
            var item = node.Value;
            var next = node.Next;
            var stream = _streams.MinBy(s => item.IsActivity ? s.Activities : s.Turns);
            if (stream is not null && (item.IsActivity ? stream.Activities : stream.Turns) < WorkerStream.MostOfAKind)
            {
                _waiting.Remove(node);
                item.Stream = stream;
                if (item.IsActivity) stream.Activities++;
                else stream.Turns++;
                stream.Send(item);
            }

            node = next;
        }
    }

    private static void FreePlace(WorkItem item)
    {
        if (item.Stream is not { } stream) return;
        if (item.IsActivity) stream.Activities--;
        else stream.Turns--;
    }
}
