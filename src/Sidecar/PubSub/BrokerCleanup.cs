using McpMesh.Sidecar.Storage;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Removes what every consumer of its topic has settled, and what nobody ever subscribed to within a day.</summary>
internal static class BrokerCleanup
{
    private const long UnclaimedLifetime = 24 * 3600 * 1000L;

    public static void Run(SqliteSession session, long now)
    {
        session.Prepare("""
            DELETE FROM messages WHERE id IN (
              SELECT m.id FROM messages m
              WHERE m.id<=(SELECT MIN(c.cursor) FROM consumers c WHERE c.topic=m.topic)
                AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id=m.id)
              LIMIT 5000)
            """).Run();
        session.Prepare("""
            DELETE FROM messages WHERE id IN (
              SELECT m.id FROM messages m
              WHERE m.published<?1 AND NOT EXISTS (SELECT 1 FROM consumers c WHERE c.topic=m.topic) LIMIT 5000)
            """).Bind(1, now - UnclaimedLifetime).Run();
    }
}
