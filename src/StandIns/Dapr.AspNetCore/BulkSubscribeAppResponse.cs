#nullable disable
namespace Dapr.AspNetCore;

/// <summary>The answer to a batch; a message that is not named is delivered again.</summary>
public class BulkSubscribeAppResponse
{
    /// <summary>Creates the answer.</summary>
    public BulkSubscribeAppResponse(List<BulkSubscribeAppResponseEntry> statuses) => Statuses = statuses;

#pragma warning disable CA1002 // The official type is a List.
    /// <summary>One status per message.</summary>
    public List<BulkSubscribeAppResponseEntry> Statuses { get; }
#pragma warning restore CA1002
}
