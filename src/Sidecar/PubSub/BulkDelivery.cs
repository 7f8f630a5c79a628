using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The attempts of one bulk: each delivers only what the ones before it did not settle.</summary>
internal sealed class BulkDelivery(IEventDelivery delivery, RoutedEvent[] events)
{
    private readonly bool[] _answered = new bool[events.Length];
    private int[] _open = [.. Enumerable.Range(0, events.Length)];

    /// <summary>In the order of the events.</summary>
    public DeliveryResult[] Results { get; } = new DeliveryResult[events.Length];

    /// <exception cref="FailedAttemptException">Some events are still to be delivered.</exception>
    public async ValueTask<bool> AttemptAsync(CancellationToken cancellationToken)
    {
        var results = await delivery.DeliverBulkAsync([.. _open.Select(index => events[index])], cancellationToken);
        for (var i = 0; i < _open.Length; i++)
        {
            Results[_open[i]] = results[i];
            _answered[_open[i]] = true;
        }

        _open = [.. _open.Where(index => Results[index].Outcome == DeliveryOutcome.Retry)];
        return _open.Length == 0
            ? true
            : throw new FailedAttemptException($"{_open.Length} of {events.Length} messages were not handled", Results[_open[0]].Status);
    }

    /// <summary>No attempt follows; those that no attempt has an answer for failed by <paramref name="reason"/>.</summary>
    public void Fail(Exception reason)
    {
        foreach (var index in _open)
        {
            if (!_answered[index])
                Results[index] = new DeliveryResult(DeliveryOutcome.Retry, Reason: reason.Message);
        }
    }
}
