#nullable disable
namespace Dapr.AspNetCore;

/// <summary>The answer for one message of a batch.</summary>
public class BulkSubscribeAppResponseEntry
{
    /// <summary>Creates the answer.</summary>
    public BulkSubscribeAppResponseEntry(string entryId, BulkSubscribeAppResponseStatus status)
    {
        EntryId = entryId;
        Status = status.ToString();
    }

    /// <summary>Id of the entry.</summary>
    public string EntryId { get; }

    /// <summary>SUCCESS, RETRY or DROP.</summary>
    public string Status { get; }
}
