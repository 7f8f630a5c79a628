using System.Text.Json;

namespace Dapr.Client;

/// <summary>One entry of <c>failedEntries</c> in the answer to a bulk publish.</summary>
internal readonly record struct BulkPublishRefusal(string Id, string Error)
{
    /// <summary>The refused entries; null when the body does not list any, so that the whole request failed.</summary>
    internal static List<BulkPublishRefusal>? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("failedEntries", out var entries)
                || entries.ValueKind != JsonValueKind.Array
                || entries.GetArrayLength() == 0)
            {
                return null;
            }
            return [.. entries.EnumerateArray().Select(entry => new BulkPublishRefusal(Text(entry, "entryId"), Text(entry, "error")))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) ? value.ToString() : string.Empty;
}
