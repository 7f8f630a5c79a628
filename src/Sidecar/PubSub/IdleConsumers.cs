using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>
/// Forgets consumers that nobody has run for the retention time, so that their messages do not stay for ever. A clock that jumps, or a
/// machine that wakes up, makes everybody look idle: a consumer must also have kept silent while this process watched it.
/// </summary>
internal sealed class IdleConsumers(TimeSpan retention, TimeProvider clock)
{
    private readonly Dictionary<(string Consumer, string Topic), (long Seen, long Since)> _suspects = [];

    /// <summary>How long silence is watched; running consumers tell of themselves more often, see <see cref="BeatInterval"/>.</summary>
    private readonly TimeSpan _watch = retention / 4 < TimeSpan.FromMinutes(5) ? retention / 4 : TimeSpan.FromMinutes(5);

    /// <summary>How often a running consumer says that it is there.</summary>
    public TimeSpan BeatInterval => _watch / 4;

    /// <summary>Runs in a transaction; returns what it removed.</summary>
    public IReadOnlyList<IdleConsumer> Remove(SqliteSession session)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var idle = Find(session, now - (long)retention.TotalMilliseconds);
        foreach (var known in _suspects.Keys.Except(idle.Select(one => (one.Consumer, one.Topic))).ToArray()) _suspects.Remove(known);
        var removed = new List<IdleConsumer>();
        foreach (var one in idle)
        {
            if (!_suspects.TryGetValue((one.Consumer, one.Topic), out var suspect) || suspect.Seen != one.Seen)
                _suspects[(one.Consumer, one.Topic)] = (one.Seen, clock.GetTimestamp());
            else if (clock.GetElapsedTime(suspect.Since) >= _watch) removed.Add(Remove(session, one));
        }

        return removed;
    }

    private static List<IdleConsumer> Find(SqliteSession session, long before)
    {
        var idle = new List<IdleConsumer>();
        var select = session.Prepare("SELECT consumer, topic, seen FROM consumers WHERE seen<?1").Bind(1, before);
        try
        {
            while (select.Step()) idle.Add(new IdleConsumer(select.Text(0), select.Text(1), select.Int64(2), 0));
        }
        finally
        {
            select.Reset();
        }

        return idle;
    }

    private static IdleConsumer Remove(SqliteSession session, IdleConsumer idle)
    {
        session.Prepare("DELETE FROM deliveries WHERE consumer=?1 AND topic=?2").Bind(1, idle.Consumer).Bind(2, idle.Topic).Run();
        var inHand = session.Changes;
        session.Prepare("DELETE FROM consumers WHERE consumer=?1 AND topic=?2").Bind(1, idle.Consumer).Bind(2, idle.Topic).Run();
        return idle with { InHand = inHand };
    }
}
