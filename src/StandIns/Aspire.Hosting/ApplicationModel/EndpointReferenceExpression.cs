using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of an endpoint, before its place is known.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IValueProvider
{
    /// <summary>The endpoint.</summary>
    public EndpointReference Endpoint { get; } = endpointReference;

    /// <summary>The part.</summary>
    public EndpointProperty Property { get; } = property;

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        new(Resolve(Endpoint.Host, Endpoint.Port, Endpoint.Annotation.ReplicaPorts[0]));

    /// <summary>The value as the replica of a given number sees its own endpoint.</summary>
    internal string ResolveForReplica(int replica)
    {
        var port = Endpoint.Annotation.ReplicaPorts[replica];
        return Resolve(Endpoint.Host, port, port);
    }

    private string Resolve(string host, int port, int targetPort) => Property switch
    {
        EndpointProperty.Url => string.Create(CultureInfo.InvariantCulture, $"{Endpoint.Scheme}://{host}:{port}"),
        EndpointProperty.Host => host,
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Port => port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.Scheme => Endpoint.Scheme,
        EndpointProperty.TargetPort => targetPort.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"),
        _ => throw new InvalidOperationException($"The endpoint property '{Property}' is unknown."),
    };
}
