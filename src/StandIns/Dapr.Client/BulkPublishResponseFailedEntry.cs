#nullable disable
namespace Dapr.Client;

/// <summary>An event that the broker did not accept.</summary>
public class BulkPublishResponseFailedEntry<TValue>
{
    /// <summary>Creates the failed entry.</summary>
    public BulkPublishResponseFailedEntry(BulkPublishEntry<TValue> entry, string errorMessage)
    {
        Entry = entry;
        ErrorMessage = errorMessage;
    }

    /// <summary>The entry as it was sent.</summary>
    public BulkPublishEntry<TValue> Entry { get; }

    /// <summary>The broker's reason.</summary>
    public string ErrorMessage { get; }
}
