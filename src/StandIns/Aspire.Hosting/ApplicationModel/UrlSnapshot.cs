namespace Aspire.Hosting.ApplicationModel;

/// <summary>A URL of a resource.</summary>
/// <param name="Name">Name of the endpoint.</param>
/// <param name="Url">The URL.</param>
/// <param name="IsInternal">Whether it is hidden from people.</param>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal);
