#nullable disable
namespace Dapr;

/// <summary>Options of <c>UseCloudEvents</c>.</summary>
public class CloudEventsMiddlewareOptions
{
    /// <summary>Keeps text payloads as JSON strings instead of decoding them.</summary>
    public bool SuppressJsonDecodingOfTextPayloads { get; set; }
}
