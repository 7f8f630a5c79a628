#nullable disable
#pragma warning disable CA2227 // The official type has a settable map.
namespace Dapr.AspNetCore;

/// <summary>One message of a batch.</summary>
public class BulkSubscribeMessageEntry<TValue>
{
    /// <summary>Creates an empty entry.</summary>
    public BulkSubscribeMessageEntry() { }

    /// <summary>Creates an entry.</summary>
    public BulkSubscribeMessageEntry(string entryId, string contentType, Dictionary<string, string> metadata, TValue eventData)
    {
        EntryId = entryId;
        ContentType = contentType;
        Metadata = metadata;
        Event = eventData;
    }

    /// <summary>Id within the batch; the answer names it.</summary>
    public string EntryId { get; set; }

    /// <summary>Media type of the event.</summary>
    public string ContentType { get; set; }

    /// <summary>Metadata of the message.</summary>
    public Dictionary<string, string> Metadata { get; set; }

    /// <summary>The message: an envelope unless the subscription is raw.</summary>
    public TValue Event { get; set; }
}
