#nullable disable
namespace Dapr;

/// <summary>Subscribes an endpoint to a topic.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class TopicAttribute : Attribute, ITopicMetadata, IRawTopicMetadata, IDeadLetterTopicMetadata
{
    /// <summary>Subscribes to a topic.</summary>
    public TopicAttribute(string pubsubName, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(name);
        PubsubName = pubsubName;
        Name = name;
    }

    /// <summary>Subscribes to a topic, with or without envelopes.</summary>
    public TopicAttribute(string pubsubName, string name, bool enableRawPayload) : this(pubsubName, name) =>
        EnableRawPayload = enableRawPayload;

    /// <summary>Subscribes to the events of a topic that match.</summary>
    public TopicAttribute(string pubsubName, string name, bool enableRawPayload, string match, int priority)
        : this(pubsubName, name, enableRawPayload)
    {
        Match = match;
        Priority = priority;
    }

    /// <inheritdoc/>
    public string Name { get; set; }

    /// <inheritdoc/>
    public string PubsubName { get; set; }

    /// <inheritdoc/>
    public bool? EnableRawPayload { get; set; }

    /// <inheritdoc/>
    public new string Match { get; set; }

    /// <inheritdoc/>
    public int Priority { get; set; }

    /// <inheritdoc/>
    public string DeadLetterTopic { get; set; }
}
