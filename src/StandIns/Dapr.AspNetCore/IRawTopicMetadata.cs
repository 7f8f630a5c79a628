#nullable disable
namespace Dapr;

/// <summary>Whether messages may come without an envelope.</summary>
public interface IRawTopicMetadata
{
    /// <summary>True for raw payloads.</summary>
    bool? EnableRawPayload { get; }
}
