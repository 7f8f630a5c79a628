using System.Globalization;
using McpMesh.Sidecar.Components;

namespace McpMesh.Sidecar.PubSub;

/// <summary>Reads what the metadata of a publication asks for.</summary>
internal static class PublishMetadata
{
    /// <summary><c>rawPayload</c>: the data goes without an envelope.</summary>
    /// <exception cref="FormatException">Not a boolean.</exception>
    public static bool IsRaw(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("rawPayload", out var text) || text.Length == 0) return false;
        return GoBoolean.TryParse(text, out var raw)
            ? raw
            : throw new FormatException($"rawPayload value must be a valid boolean: actual is '{text}'");
    }

    /// <summary><c>ttl</c> or <c>ttlInSeconds</c>, seconds or a duration such as 1m30s; null for never.</summary>
    /// <exception cref="FormatException">Neither of both, or not above zero.</exception>
    public static TimeSpan? TimeToLive(IReadOnlyDictionary<string, string> metadata)
    {
        var text = metadata.GetValueOrDefault("ttl") ?? metadata.GetValueOrDefault("ttlInSeconds");
        if (string.IsNullOrEmpty(text)) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            if (seconds <= 0) throw new FormatException($"ttl value must be higher than zero: actual is '{text}'");
            return TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
        }

        if (!GoDuration.TryParse(text, out var duration))
            throw new FormatException($"ttl value must be a valid integer: actual is '{text}'");
        return TimeSpan.FromSeconds(Math.Clamp(duration.TotalSeconds, 0, int.MaxValue));
    }

    /// <summary><c>maxBulkPubBytes</c>: how much of a bulk goes to the broker at once; null for all.</summary>
    /// <exception cref="FormatException">Not a number above zero.</exception>
    public static long? MostBytes(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("maxBulkPubBytes", out var text) || text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0
            ? bytes
            : throw new FormatException($"maxBulkPubBytes value must be a number higher than zero: actual is '{text}'");
    }
}
