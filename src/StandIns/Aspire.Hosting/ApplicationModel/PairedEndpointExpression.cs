namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// The endpoint of the replica with the same number: replica 2 of a sidecar talks to replica 2 of its application, never to the shared endpoint.
/// </summary>
internal sealed class PairedEndpointExpression(EndpointReference endpoint, EndpointProperty property)
    : EndpointReferenceExpression(endpoint, property)
{
}
