using System.Globalization;
using System.Text.Json;

namespace McpMesh.Samples.ShopData;

/// <summary>The JSON-lines logs of checkout and payments; their field names differ, as those of two teams do.</summary>
internal static class ServiceLogs
{
    /// <summary>Writes both files.</summary>
    public static void Write(ShopDay day, string logs)
    {
        WriteFile(Path.Combine(logs, "checkout", "service.jsonl"), Checkout(day));
        WriteFile(Path.Combine(logs, "payments", "service.jsonl"), Payments(day));
    }

    private static IEnumerable<Action<Utf8JsonWriter>> Checkout(ShopDay day)
    {
        var deploys = new Queue<Deploy>(day.Deploys.Where(deploy => deploy.Service == "checkout"));
        foreach (var order in day.Orders)
        {
            while (deploys.TryPeek(out var deploy) && deploy.At <= order.PlacedAt)
            {
                deploys.Dequeue();
                yield return Entry(deploy.At, "info", $"started version {deploy.Version}", deploy.Version, null);
            }
            var version = day.CheckoutVersion(order.PlacedAt);
            if (version == "2.31.0")
            {
                yield return Entry(
                    order.PlacedAt.AddMilliseconds(-order.Milliseconds), "debug", "acquiring connection from pool", version, order);
            }
            yield return order.Failure switch
            {
                null => Entry(order.PlacedAt, order.Milliseconds > 2000 ? "warn" : "info",
                    order.Milliseconds > 2000 ? "order placed slowly" : "order placed", version, order),
                ShopDay.PoolExhausted => Entry(order.PlacedAt, "error",
                    "order failed: database pool exhausted, no connection within 2000 ms (max 10)", version, order),
                var failure => Entry(order.PlacedAt, "warn", $"order failed: {failure}", version, order),
            };
        }

        static Action<Utf8JsonWriter> Entry(DateTimeOffset time, string level, string message, string version, Order? order) => writer =>
        {
            writer.WriteString("time", Iso(time));
            writer.WriteString("level", level);
            writer.WriteString("service", "checkout");
            writer.WriteString("msg", message);
            writer.WriteString("version", version);
            if (order is null) return;
            writer.WriteNumber("order", order.Number);
            writer.WriteNumber("duration_ms", order.Milliseconds);
            writer.WriteString("trace_id", order.TraceId);
        };
    }

    private static IEnumerable<Action<Utf8JsonWriter>> Payments(ShopDay day)
    {
        foreach (var order in day.Orders)
        {
            var (severity, message) = order.Failure switch
            {
                null => ("INFO", "payment captured"),
                ShopDay.PoolExhausted => ("WARN", "payment authorization voided: checkout gave up"),
                _ => ("INFO", "payment declined by issuer"),
            };
            yield return writer =>
            {
                writer.WriteString("timestamp", Iso(order.PlacedAt.AddMilliseconds(-5)));
                writer.WriteString("severity", severity);
                writer.WriteString("component", "payments");
                writer.WriteString("message", message);
                writer.WriteNumber("amount_cents", order.Cents);
                writer.WriteString("trace_id", order.TraceId);
            };
        }
    }

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteFile(string path, IEnumerable<Action<Utf8JsonWriter>> entries)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = new BufferedStream(File.Create(path), 64 * 1024);
        using var writer = new Utf8JsonWriter(stream);
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            entry(writer);
            writer.WriteEndObject();
            writer.Flush();
            stream.WriteByte((byte)'\n');
            writer.Reset();
        }
    }
}
