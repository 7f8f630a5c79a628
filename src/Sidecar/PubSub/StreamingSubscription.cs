using System.Text.Json;
using System.Threading.Channels;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// A subscription that lives as long as its stream. The transport reads <see cref="Events"/>, sends them, and reports each answer to
/// <see cref="Processed"/>; what is not answered when the stream ends goes to other instances, or comes again.
/// </summary>
internal sealed class StreamingSubscription : IEventDelivery, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource<DeliveryResult>>> _waiting = new(StringComparer.Ordinal);
    private readonly Channel<StreamedEvent> _events = Channel.CreateUnbounded<StreamedEvent>(new() { SingleReader = true });
    private ActiveSubscription? _active;
    private Action? _ended;
    private bool _closed;

    /// <summary>Ends when the sidecar stops or the subscription is disposed. Holds as many events as deliveries run at a time.</summary>
    public ChannelReader<StreamedEvent> Events => _events.Reader;

    /// <summary>Starts nothing: the consumer that <paramref name="active"/> runs is the one that delivers here.</summary>
    public void Attach(ActiveSubscription active, Action ended)
    {
        (_active, _ended) = (active, ended);
        _ = active.Completion.ContinueWith(_ => Close(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>The receiver's answer to an event. False when no event of this id waits for one.</summary>
    public bool Processed(string id, DeliveryResult result)
    {
        TaskCompletionSource<DeliveryResult>? answer;
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out var queue)) return false;
            answer = queue.Dequeue();
            if (queue.Count == 0) _waiting.Remove(id);
        }

        return answer.TrySetResult(result);
    }

    public async Task<DeliveryResult> DeliverAsync(RoutedEvent routed, CancellationToken cancellationToken)
    {
        var streamed = new StreamedEvent(
            IdOf(routed), routed.Leased.Message.Topic, routed.PubSubName, routed.Path, routed.Envelope, routed.Leased.Message.Metadata);
        var answer = new TaskCompletionSource<DeliveryResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_closed || !_events.Writer.TryWrite(streamed)) return Ended();
            if (!_waiting.TryGetValue(streamed.Id, out var queue)) _waiting[streamed.Id] = queue = new();
            queue.Enqueue(answer);
        }

        return await answer.Task.WaitAsync(cancellationToken);
    }

    public async Task<DeliveryResult[]> DeliverBulkAsync(IReadOnlyList<RoutedEvent> events, CancellationToken cancellationToken)
    {
        var results = new DeliveryResult[events.Count];
        for (var i = 0; i < results.Length; i++) results[i] = await DeliverAsync(events[i], cancellationToken);
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        if (_active is not null) await _active.DisposeAsync();
        _ended?.Invoke();
    }

    private static DeliveryResult Ended() => new(DeliveryOutcome.Unreachable, Reason: "the stream ended");

    private static string IdOf(RoutedEvent routed)
    {
        using var document = JsonDocument.Parse(routed.Envelope);
        return document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : "";
    }

    private void Close()
    {
        TaskCompletionSource<DeliveryResult>[] unanswered;
        lock (_gate)
        {
            _closed = true;
            unanswered = [.. _waiting.Values.SelectMany(queue => queue)];
            _waiting.Clear();
            _events.Writer.TryComplete();
        }

        foreach (var answer in unanswered) answer.TrySetResult(Ended());
    }
}
