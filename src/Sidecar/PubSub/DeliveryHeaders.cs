using System.Buffers;

namespace McpMesh.Sidecar.PubSub;

/// <summary>The headers of a delivery: where it comes from, its trace, and what the publisher sent along with the message.</summary>
internal static class DeliveryHeaders
{
    public const string PubSubName = "pubsubName";

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // What the sidecar or HTTP itself says to the app is not for publishers to say.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        PubSubName, "traceparent", "host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings",
        "te", "trailer", "expect", "proxy-authorization", "proxy-authenticate",
    };

    public static List<KeyValuePair<string, string>> Of(string pubSubName, string? traceParent, MessageMetadata? metadata)
    {
        var headers = new List<KeyValuePair<string, string>>(2 + (metadata?.Items.Count ?? 0)) { new(PubSubName, pubSubName) };
        if (!string.IsNullOrEmpty(traceParent)) headers.Add(new("traceparent", traceParent));
        if (metadata is null) return headers;
        foreach (var item in metadata.Items)
        {
            if (IsPublishers(item.Key) && IsHeaderText(item.Value))
                headers.Add(item);
        }

        return headers;
    }

    private static bool IsPublishers(string name) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenCharacters) && !Reserved.Contains(name)
        && !name.StartsWith("dapr-", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("content-", StringComparison.OrdinalIgnoreCase);

    private static bool IsHeaderText(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
