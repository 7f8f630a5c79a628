using System.Text.Json;

namespace Dapr.Client;

/// <summary>Reads the answer to a bulk read: <c>[{"key","data"?,"etag"?,"error"?}]</c>.</summary>
internal static class BulkStateReader
{
    internal static IEnumerable<(string Key, JsonElement? Data, string ETag)> Read(JsonElement items)
    {
        foreach (var item in items.EnumerateArray())
        {
            var key = item.GetProperty("key").GetString()!;
            // A value that could not be read must not look like a missing one.
            if (item.TryGetProperty("error", out var error) && error.GetString() is { Length: > 0 } message)
                throw SidecarConnection.Failure("State", new IOException($"Key '{key}': {message}"));
            yield return (
                key,
                item.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null ? data : null,
                item.TryGetProperty("etag", out var etag) ? etag.GetString() ?? string.Empty : string.Empty);
        }
    }
}
