using System.Collections.Concurrent;

namespace McpMesh.Sidecar.Tests.PubSub.Soak;

/// <summary>
/// What publishers were told and what subscribers got, and the rules that hold between the two. A round ends with the death of all
/// sidecars: what the broker's file holds then is all that can still come.
/// </summary>
internal sealed class SoakLedger
{
    public const string Orders = "orders";
    public const string Plain = "plain";
    public const string Bulk = "bulk";
    public const string Dead = "dead";
    private const int FailuresFirst = 2;
    private readonly ConcurrentDictionary<int, SoakEvent> _events = new();
    private readonly ConcurrentDictionary<int, bool> _acknowledged = new();
    private readonly ConcurrentDictionary<(string Topic, int Number), int> _deliveries = new();
    private readonly ConcurrentDictionary<(string Topic, int Number), bool> _answered = new();
    private readonly ConcurrentDictionary<(string Topic, int Number), int> _settled = new();
    private int _last;

    /// <summary>What broke a rule, in words.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public int Acknowledged => _acknowledged.Count;

    public int DeadLetters => _answered.Keys.Count(answered => answered.Topic == Dead);

    public int Redelivered => _deliveries.Values.Sum(times => times - 1);

    public SoakEvent NewEvent(Random random)
    {
        var topic = random.Next(3) switch { 0 => Orders, 1 => Plain, _ => Bulk };
        var fate = random.Next(5) > 0 ? SoakFate.Taken : topic == Orders ? SoakFate.Dropped : SoakFate.TakenLater;
        var e = new SoakEvent(Interlocked.Increment(ref _last), topic, fate);
        _events[e.Number] = e;
        return e;
    }

    public void Acknowledge(SoakEvent e) => _acknowledged[e.Number] = true;

    /// <summary>A delivery in a round; returns the status that the app answers.</summary>
    public string Deliver(int round, string topic, int number)
    {
        var key = (topic, number);
        var times = _deliveries.AddOrUpdate(key, 1, static (_, before) => before + 1);
        if (_settled.TryGetValue(key, out var settled) && settled < round)
            Violations.Enqueue($"event {number} of {topic} came in round {round}, and was settled for good at the end of round {settled}");
        if (!_events.TryGetValue(number, out var e) || (topic == Dead ? e.Fate != SoakFate.Dropped : e.Topic != topic))
        {
            Violations.Enqueue($"event {number} came on {topic}, where nobody published it");
            return "SUCCESS";
        }

        // Noted before the answer leaves: what is settled was noted.
        var fails = topic == Dead ? number % 2 == 0 : e.Fate == SoakFate.TakenLater;
        if (fails && times <= FailuresFirst) return "RETRY";
        _answered[key] = true;
        return e.Fate == SoakFate.Dropped && topic != Dead ? "DROP" : "SUCCESS";
    }

    /// <summary>All sidecars are dead: what is not to come any more must have arrived, and must not come again.</summary>
    public void EndRound(int round, IReadOnlySet<(string Topic, int Number)> pending)
    {
        foreach (var number in _acknowledged.Keys)
        {
            var e = _events[number];
            var key = (e.Topic, number);
            if (pending.Contains(key)) continue;
            if (!_answered.ContainsKey(key)) Violations.Enqueue($"event {number} of {e.Topic} was acknowledged and is lost");
            if (e.Fate == SoakFate.Dropped && !pending.Contains((Dead, number)) && !_answered.ContainsKey((Dead, number)))
                Violations.Enqueue($"event {number} of {e.Topic} was dropped and its dead letter is lost");
        }

        foreach (var key in _deliveries.Keys)
        {
            if (!pending.Contains(key)) _settled.TryAdd(key, round);
        }
    }
}
