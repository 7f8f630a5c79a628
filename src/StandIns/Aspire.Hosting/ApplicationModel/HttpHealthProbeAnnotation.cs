namespace Aspire.Hosting.ApplicationModel;

/// <summary>The request that tells whether a replica is healthy.</summary>
internal sealed record HttpHealthProbeAnnotation(EndpointReference Endpoint, string Path, int StatusCode) : IResourceAnnotation;
