namespace Dapr.AspNetCore;

/// <summary>Size and time of batches.</summary>
internal sealed record BulkSubscription(bool Enabled, int MaxMessagesCount, int MaxAwaitDurationMs);
