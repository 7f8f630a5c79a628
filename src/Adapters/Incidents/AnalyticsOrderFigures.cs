using System.Globalization;
using System.Text.Json;
using McpMesh.Adapters.Access;
using McpMesh.Adapters.Mcp;

namespace McpMesh.Adapters.Incidents;

/// <summary>Reads the figures by calling another server of the mesh: the hop from incidents to analytics.</summary>
internal sealed class AnalyticsOrderFigures(NextHop analytics) : IOrderFigures
{
    // Portable between SQLite and PostgreSQL: times are ISO 8601 text in UTC, which sorts as it reads.
    private const string Query = """
        SELECT MIN(placed_at), MAX(placed_at), COUNT(*),
               COALESCE(SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END), 0),
               COALESCE(SUM(CASE WHEN status = 'failed' THEN amount_cents ELSE 0 END), 0)
        FROM orders
        WHERE placed_at >= COALESCE($1, (SELECT SUBSTR(MAX(placed_at), 1, 10) FROM orders))
          AND placed_at <= COALESCE($2, '9999')
        """;

    public async ValueTask<OrderFigures> ReadAsync(
        Caller caller, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var answer = await analytics.CallAsync(caller, writer =>
        {
            writer.WriteString("sql", Query);
            writer.WriteStartArray("parameters");
            WriteTime(writer, from);
            WriteTime(writer, to);
            writer.WriteEndArray();
        }, cancellationToken);
        try
        {
            var row = answer.GetProperty("rows")[0];
            return new OrderFigures(row[0].GetString(), row[1].GetString(), row[2].GetInt64(), row[3].GetInt64(), row[4].GetInt64() / 100m);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException
            or FormatException)
        {
            throw new ToolFailureException($"{analytics.Method} answered in an unexpected shape; nothing was posted.", error);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, DateTimeOffset? time)
    {
        if (time is { } value)
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        else writer.WriteNullValue();
    }
}
