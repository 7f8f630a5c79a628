#nullable disable
#pragma warning disable CA1707 // The names are those of the wire.
namespace Dapr.AspNetCore;

/// <summary>What becomes of one message of a batch.</summary>
public enum BulkSubscribeAppResponseStatus
{
    /// <summary>Processed.</summary>
    SUCCESS,

    /// <summary>Deliver it again.</summary>
    RETRY,

    /// <summary>Give it up (to the dead-letter topic where one is set).</summary>
    DROP,
}
