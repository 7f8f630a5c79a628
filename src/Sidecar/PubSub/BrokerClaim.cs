using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Takes messages for a consumer: first those whose lease or delay is over, then new ones behind the cursor.</summary>
internal static class BrokerClaim
{
    /// <summary>No lease or delay is longer: a later time means that the clock was set back, and the message is due.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromMinutes(1);

    public static List<LeasedMessage> Take(SqliteSession session, ClaimRequest request)
    {
        var taken = new List<LeasedMessage>();
        TakeDue(session, request, taken);
        if (taken.Count < request.Most) TakeNew(session, request, taken);
        return taken;
    }

    private static void TakeDue(SqliteSession session, ClaimRequest request, List<LeasedMessage> taken)
    {
        var gone = new List<long>();
        var due = session.Prepare("""
            SELECT m.id, m.payload, m.content_type, m.raw, m.expires, m.metadata, d.attempts, d.message_id
            FROM deliveries d LEFT JOIN messages m ON m.id=d.message_id
            WHERE d.consumer=?1 AND d.topic=?2 AND (d.visible_at<=?3 OR d.visible_at>?4) ORDER BY d.visible_at LIMIT ?5
            """).Bind(1, request.Consumer).Bind(2, request.Topic).Bind(3, request.Now)
            .Bind(4, request.Now + (long)Horizon.TotalMilliseconds).Bind(5, request.Most);
        try
        {
            while (due.Step())
            {
                if (due.IsNull(0)) gone.Add(due.Int64(7));
                else taken.Add(new LeasedMessage(due.Int64(0), ReadMessage(due, request.Topic), (int)due.Int64(6) + 1));
            }
        }
        finally
        {
            due.Reset();
        }

        foreach (var message in taken)
        {
            session.Prepare("UPDATE deliveries SET owner=?3, visible_at=?4, attempts=attempts+1 WHERE consumer=?1 AND message_id=?2")
                .Bind(1, request.Consumer).Bind(2, message.Id).Bind(3, request.Owner).Bind(4, request.LeasedUntil).Run();
        }

        foreach (var id in gone)
            session.Prepare("DELETE FROM deliveries WHERE consumer=?1 AND message_id=?2").Bind(1, request.Consumer).Bind(2, id).Run();
    }

    private static void TakeNew(SqliteSession session, ClaimRequest request, List<LeasedMessage> taken)
    {
        var first = taken.Count;
        long last = 0;
        var fresh = session.Prepare("""
            SELECT id, payload, content_type, raw, expires, metadata FROM messages
            WHERE topic=?2 AND id>(SELECT cursor FROM consumers WHERE consumer=?1 AND topic=?2) ORDER BY id LIMIT ?3
            """).Bind(1, request.Consumer).Bind(2, request.Topic).Bind(3, request.Most - taken.Count);
        try
        {
            while (fresh.Step())
            {
                last = fresh.Int64(0);
                taken.Add(new LeasedMessage(last, ReadMessage(fresh, request.Topic), 1));
            }
        }
        finally
        {
            fresh.Reset();
        }

        if (last == 0) return;
        for (var i = first; i < taken.Count; i++)
        {
            session.Prepare("""
                INSERT INTO deliveries (consumer, message_id, topic, owner, visible_at, attempts) VALUES (?1, ?2, ?3, ?4, ?5, 1)
                """).Bind(1, request.Consumer).Bind(2, taken[i].Id).Bind(3, request.Topic).Bind(4, request.Owner)
                .Bind(5, request.LeasedUntil).Run();
        }

        session.Prepare("UPDATE consumers SET cursor=?3, seen=?4 WHERE consumer=?1 AND topic=?2")
            .Bind(1, request.Consumer).Bind(2, request.Topic).Bind(3, last).Bind(4, request.Now).Run();
    }

    private static BrokerMessage ReadMessage(Statement row, string topic) => new(
        topic, row.Blob(1), row.Text(2), row.Int64(3) != 0, row.IsNull(4) ? null : row.Int64(4),
        row.IsNull(5) ? null : MessageMetadata.Parse(row.Text(5)));
}
