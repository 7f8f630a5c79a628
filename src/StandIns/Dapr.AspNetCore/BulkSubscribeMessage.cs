#nullable disable
#pragma warning disable CA1002, CA2227 // The official type has a settable list.
namespace Dapr.AspNetCore;

/// <summary>A batch of messages of one topic.</summary>
public class BulkSubscribeMessage<TValue>
{
    /// <summary>Creates an empty batch.</summary>
    public BulkSubscribeMessage() { }

    /// <summary>Creates a batch.</summary>
    public BulkSubscribeMessage(List<BulkSubscribeMessageEntry<TValue>> entries, string topic, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Topic = topic;
        Metadata = metadata;
    }

    /// <summary>The messages, in the broker's order.</summary>
    public List<BulkSubscribeMessageEntry<TValue>> Entries { get; set; }

    /// <summary>Their topic.</summary>
    public string Topic { get; set; }

    /// <summary>Metadata of the batch.</summary>
    public Dictionary<string, string> Metadata { get; set; }
}
