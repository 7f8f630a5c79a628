namespace Dapr.AspNetCore;

/// <summary>A CEL expression over the event and the path that takes the events it matches.</summary>
internal sealed record SubscriptionRule(string Match, string Path);
