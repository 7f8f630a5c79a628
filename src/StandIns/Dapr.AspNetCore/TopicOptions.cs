#nullable disable
namespace Dapr;

/// <summary>Options of a subscription.</summary>
public class TopicOptions
{
    /// <summary>Topic.</summary>
    public string Name { get; set; }

    /// <summary>Pub/sub component.</summary>
    public string PubsubName { get; set; }

    /// <summary>Whether messages may come without an envelope.</summary>
    public bool EnableRawPayload { get; set; }

    /// <summary>CEL expression over the event; null for the default route.</summary>
    public string Match { get; set; }

    /// <summary>Order among the rules of a topic, lowest first.</summary>
    public int Priority { get; set; }

    /// <summary>Topic of messages that cannot be delivered; null for none.</summary>
    public string DeadLetterTopic { get; set; }
}
