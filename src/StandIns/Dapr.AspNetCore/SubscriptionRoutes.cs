namespace Dapr.AspNetCore;

/// <summary>Routes of a topic by rule; <paramref name="Default"/> takes what no rule matches.</summary>
internal sealed record SubscriptionRoutes(IReadOnlyList<SubscriptionRule> Rules, string? Default);
