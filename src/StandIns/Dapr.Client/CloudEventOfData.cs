#nullable disable
using System.Net.Mime;
using System.Text.Json.Serialization;

namespace Dapr;

/// <summary>A CloudEvents 1.0 envelope with JSON data.</summary>
public class CloudEvent<TData> : CloudEvent
{
    /// <summary>Wraps <paramref name="data"/>.</summary>
    public CloudEvent(TData data) => Data = data;

    /// <summary>The payload.</summary>
    [JsonPropertyName("data")]
    public TData Data { get; }

    /// <summary>Always <c>application/json</c>.</summary>
    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; } = MediaTypeNames.Application.Json;
}
