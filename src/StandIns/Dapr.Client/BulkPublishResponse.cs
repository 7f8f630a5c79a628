#nullable disable
namespace Dapr.Client;

/// <summary>Outcome of a bulk publish.</summary>
public class BulkPublishResponse<TValue>
{
    /// <summary>Creates the response.</summary>
    public BulkPublishResponse(List<BulkPublishResponseFailedEntry<TValue>> failedEntries) => FailedEntries = failedEntries;

    /// <summary>Events that the broker did not accept; empty when all were accepted.</summary>
#pragma warning disable CA1002 // The official type is a List.
    public List<BulkPublishResponseFailedEntry<TValue>> FailedEntries { get; }
#pragma warning restore CA1002
}
