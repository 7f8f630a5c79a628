#nullable disable
namespace Dapr.AspNetCore;

/// <summary>Options of a bulk subscription.</summary>
public class BulkSubscribeTopicOptions
{
    /// <summary>Most messages in one batch; default 100.</summary>
    public int MaxMessagesCount { get; set; } = 100;

    /// <summary>Longest wait for a batch to fill, in milliseconds; default 1000.</summary>
    public int MaxAwaitDurationMs { get; set; } = 1000;

    /// <summary>Topic that it applies to.</summary>
    public string TopicName { get; set; }
}
