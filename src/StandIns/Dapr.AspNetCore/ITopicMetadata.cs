#nullable disable
namespace Dapr;

/// <summary>The topic an endpoint subscribes to.</summary>
public interface ITopicMetadata
{
    /// <summary>Topic.</summary>
    string Name { get; }

    /// <summary>Pub/sub component.</summary>
    string PubsubName { get; }

    /// <summary>CEL expression over the event; null for the default route.</summary>
    string Match { get; }

    /// <summary>Order among the rules of a topic, lowest first.</summary>
    int Priority { get; }
}
