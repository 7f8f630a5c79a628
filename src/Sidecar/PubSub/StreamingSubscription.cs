using System.Text.Json;
using System.Threading.Channels;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// A subscription that lives as long as its stream. The transport reads <see cref="Events"/>, sends them, and reports each answer to
/// <see cref="Processed"/>; what is not answered when the stream ends goes to other instances, or comes again.
/// </summary>
/// <param name="end">Ends the consumer that delivers here.</param>
internal sealed class StreamingSubscription(Func<Task> end) : IEventDelivery, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<TaskCompletionSource<DeliveryResult>>> _waiting = new(StringComparer.Ordinal);
    private readonly Channel<StreamedEvent> _events = Channel.CreateUnbounded<StreamedEvent>(new() { SingleReader = true });
    private CancellationTokenRegistration _stopping;
    private bool _closed;

    /// <summary>Ends when the sidecar stops or the subscription is disposed. Holds as many events as deliveries run at a time.</summary>
    public ChannelReader<StreamedEvent> Events => _events.Reader;

    /// <summary>Closes when the sidecar stops.</summary>
    public void EndWith(CancellationToken stop) => _stopping = stop.Register(CompleteEvents);

    /// <summary>The receiver's answer to an event. False when no event of this id waits for one.</summary>
    public bool Processed(string id, DeliveryResult result)
    {
        TaskCompletionSource<DeliveryResult>? answer;
        lock (_gate)
        {
            if (!_waiting.TryGetValue(id, out var answers)) return false;
            answer = answers[0];
            Forget(id, answer);
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
            if (!_waiting.TryGetValue(streamed.Id, out var answers)) _waiting[streamed.Id] = answers = [];
            answers.Add(answer);
        }

        try
        {
            return await answer.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Its time was up. An answer that still comes is one to the next attempt.
            lock (_gate) Forget(streamed.Id, answer);
            throw;
        }
    }

    public async Task<DeliveryResult[]> DeliverBulkAsync(IReadOnlyList<RoutedEvent> events, CancellationToken cancellationToken)
    {
        var results = new DeliveryResult[events.Count];
        for (var i = 0; i < results.Length; i++) results[i] = await DeliverAsync(events[i], cancellationToken);
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync();
        Close();
        await end();
    }

    private static DeliveryResult Ended() => new(DeliveryOutcome.Unreachable, Reason: "the stream ended");

    private static string IdOf(RoutedEvent routed)
    {
        using var document = JsonDocument.Parse(routed.Envelope);
        return document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : "";
    }

    private void Forget(string id, TaskCompletionSource<DeliveryResult> answer)
    {
        if (_waiting.TryGetValue(id, out var answers) && answers.Remove(answer) && answers.Count == 0) _waiting.Remove(id);
    }

    // What is under way may still be answered, within the time that the sidecar gives its stop.
    private void CompleteEvents()
    {
        lock (_gate) _events.Writer.TryComplete();
    }

    private void Close()
    {
        TaskCompletionSource<DeliveryResult>[] unanswered;
        lock (_gate)
        {
            _closed = true;
            unanswered = [.. _waiting.Values.SelectMany(answers => answers)];
            _waiting.Clear();
            _events.Writer.TryComplete();
        }

        foreach (var answer in unanswered) answer.TrySetResult(Ended());
    }
}
