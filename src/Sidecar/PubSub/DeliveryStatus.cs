using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Reads an app's answer to a delivery (facts/dapr.md 2.5).</summary>
internal static class DeliveryStatus
{
    public static DeliveryResult OfAnswer(int status, ReadOnlyMemory<byte> body) => status switch
    {
        404 => new(DeliveryOutcome.Drop, status, "the app has no such route (404)"),
        >= 200 and < 300 => OfBody(body),
        _ => new(DeliveryOutcome.Retry, status, $"the app answered {status}"),
    };

    /// <summary>Results by entry id; an entry that is missing here is retried.</summary>
    public static Dictionary<string, DeliveryResult> OfBulkAnswer(ReadOnlyMemory<byte> body)
    {
        var results = new Dictionary<string, DeliveryResult>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Find(document.RootElement, "statuses") is not { ValueKind: JsonValueKind.Array } statuses) return results;
            foreach (var entry in statuses.EnumerateArray())
            {
                if (Find(entry, "entryId") is not { ValueKind: JsonValueKind.String } id) continue;
                results[id.GetString()!] = Find(entry, "status") is { ValueKind: JsonValueKind.String } status && !status.ValueEquals("")
                    ? OfText(status.GetString()!)
                    : new(DeliveryOutcome.Retry, Reason: "the app's answer has no status for it");
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // An answer that nobody can read acknowledges nothing.
            results.Clear();
        }

        return results;
    }

    /// <summary>The three that there are, in Dapr's spelling; another is a reason to try again.</summary>
    public static DeliveryResult OfText(string status) => status switch
    {
        "SUCCESS" => new(DeliveryOutcome.Success),
        "DROP" => new(DeliveryOutcome.Drop, Reason: "the app answered DROP"),
        "RETRY" => new(DeliveryOutcome.Retry, Reason: "the app answered RETRY"),
        _ => new(DeliveryOutcome.Retry, Reason: "the app answered an unknown status"),
    };

    // A 2xx that says nothing readable is a success.
    private static DeliveryResult OfBody(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return new(DeliveryOutcome.Success);
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            using var document = JsonDocument.ParseValue(ref reader);
            return Find(document.RootElement, "status") is { ValueKind: JsonValueKind.String } status && !status.ValueEquals("")
                ? OfText(status.GetString()!)
                : new(DeliveryOutcome.Success);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new(DeliveryOutcome.Success);
        }
    }

    private static JsonElement? Find(JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.Object) return null;
        foreach (var property in item.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return property.Value;
        }

        return null;
    }
}
