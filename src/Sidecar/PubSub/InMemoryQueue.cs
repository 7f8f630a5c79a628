namespace McpMesh.Sidecar.PubSub;

/// <summary>The messages of one consumer of <see cref="InMemoryBroker"/>, which also guards it.</summary>
internal sealed class InMemoryQueue
{
    private readonly LinkedList<(LeasedMessage Message, long DueAt)> _waiting = new();
    private readonly Dictionary<long, LeasedMessage> _inHand = [];

    /// <summary>What the messages take, waiting and in hand.</summary>
    public long Bytes { get; private set; }

    public static long SizeOf(BrokerMessage message) => message.Payload.Length + (message.Metadata?.Json.Length ?? 0) + 256;

    public void Add(LeasedMessage message)
    {
        Bytes += SizeOf(message.Message);
        _waiting.AddLast((message, 0));
    }

    public List<LeasedMessage> Take(int most, long now)
    {
        var taken = new List<LeasedMessage>();
        for (var node = _waiting.First; node is not null && taken.Count < most;)
        {
            var next = node.Next;
            if (node.Value.DueAt <= now)
            {
                taken.Add(node.Value.Message);
                _inHand[node.Value.Message.Id] = node.Value.Message;
                _waiting.Remove(node);
            }

            node = next;
        }

        return taken;
    }

    /// <summary>Returns how many bytes are free again.</summary>
    public long Settle(Settlement settlement, long now)
    {
        if (!_inHand.Remove(settlement.MessageId, out var message)) return 0;
        if (settlement.RetryAfter is { } delay)
        {
            // Once it is due it comes before all that came later.
            var again = settlement.CountsAsAttempt ? message with { Attempt = message.Attempt + 1 } : message;
            _waiting.AddFirst((again, delay > TimeSpan.Zero ? now + (long)delay.TotalMilliseconds : 0));
            return 0;
        }

        var size = SizeOf(message.Message);
        Bytes -= size;
        return size;
    }

    /// <summary>Unix milliseconds; null when nothing waits.</summary>
    public long? NextDue() => _waiting.Count == 0 ? null : _waiting.Min(waiting => waiting.DueAt);
}
