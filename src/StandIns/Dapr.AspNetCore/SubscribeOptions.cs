#nullable disable
namespace Dapr;

/// <summary>Options of <c>MapSubscribeHandler</c>.</summary>
public class SubscribeOptions
{
    /// <summary>Whether all subscriptions take messages without an envelope.</summary>
    public bool EnableRawPayload { get; set; }
}
