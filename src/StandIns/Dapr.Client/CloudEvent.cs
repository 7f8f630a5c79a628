#nullable disable
using System.Text.Json.Serialization;

namespace Dapr;

/// <summary>Attributes of a CloudEvents 1.0 envelope that a publisher sets itself.</summary>
public class CloudEvent
{
    /// <summary>Context in which the event happened.</summary>
    [JsonPropertyName("source")]
    public Uri Source { get; init; }

    /// <summary>Type of the event.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init; }

    /// <summary>Subject of the event within its source.</summary>
    [JsonPropertyName("subject")]
    public string Subject { get; init; }
}
