#nullable disable
namespace Dapr;

/// <summary>Where messages go that cannot be delivered.</summary>
public interface IDeadLetterTopicMetadata
{
    /// <summary>Dead-letter topic; null for none.</summary>
    string DeadLetterTopic { get; }
}
