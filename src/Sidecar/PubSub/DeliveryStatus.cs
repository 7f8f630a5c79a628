using System.Text.Json;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Reads an app's answer to a delivery (facts/dapr.md 2.5).</summary>
internal static class DeliveryStatus
{
    public static DeliveryOutcome OfAnswer(int status, ReadOnlyMemory<byte> body) => status switch
    {
        404 => DeliveryOutcome.Drop,
        >= 200 and < 300 => OfBody(body),
        _ => DeliveryOutcome.Retry,
    };

    /// <summary>Statuses by entry id; an entry that is missing here is retried.</summary>
    public static Dictionary<string, DeliveryOutcome> OfBulkAnswer(ReadOnlyMemory<byte> body)
    {
        var outcomes = new Dictionary<string, DeliveryOutcome>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("statuses", out var statuses)
                || statuses.ValueKind != JsonValueKind.Array)
            {
                return outcomes;
            }

            foreach (var entry in statuses.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("entryId", out var id)
                    || id.ValueKind != JsonValueKind.String
                    || !entry.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.String)
                {
                    continue;
                }

                outcomes[id.GetString()!] = status.GetString() is { Length: > 0 } text ? OfText(text) : DeliveryOutcome.Retry;
            }
        }
        catch (JsonException)
        {
            // An answer that nobody can read acknowledges nothing.
        }

        return outcomes;
    }

    private static DeliveryOutcome OfBody(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return DeliveryOutcome.Success;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String
                && status.GetString() is { Length: > 0 } text
                ? OfText(text)
                : DeliveryOutcome.Success;
        }
        catch (JsonException)
        {
            return DeliveryOutcome.Success;
        }
    }

    private static DeliveryOutcome OfText(string status) => status.ToUpperInvariant() switch
    {
        "SUCCESS" => DeliveryOutcome.Success,
        "DROP" => DeliveryOutcome.Drop,
        _ => DeliveryOutcome.Retry,
    };
}
