#nullable disable
namespace Dapr.AspNetCore;

/// <summary>How an endpoint takes a topic's messages in batches.</summary>
public interface IBulkSubscribeMetadata
{
    /// <summary>Most messages in one batch.</summary>
    int MaxMessagesCount { get; }

    /// <summary>Longest wait for a batch to fill, in milliseconds.</summary>
    int MaxAwaitDurationMs { get; }

    /// <summary>Topic that it applies to.</summary>
    string TopicName { get; }
}
