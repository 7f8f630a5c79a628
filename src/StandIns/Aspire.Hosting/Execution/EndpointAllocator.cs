using System.Net;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Execution;

/// <summary>Decides where every endpoint is: the stable port that others use, and the port of each replica's process.</summary>
internal sealed class EndpointAllocator(PortBlock ports, bool randomizePorts)
{
    /// <summary>Allocates the endpoints of a resource, and opens the shared ones.</summary>
    /// <returns>The shared endpoints of replicas, listening.</returns>
    /// <exception cref="DistributedApplicationException">A fixed port is in use.</exception>
    public IEnumerable<EndpointProxy> Allocate(IResource resource)
    {
        var replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var stable = randomizePorts ? null : endpoint.Port;
            var target = randomizePorts ? null : endpoint.TargetPort;
            // One process listens on the stable port itself: a proxy would only cost time.
            var shared = endpoint.IsProxied && (replicas > 1 || (stable is not null && target is not null && stable != target));
            var fixedTarget = target ?? (shared ? null : stable);
            endpoint.ReplicaPorts = [
                .. Enumerable.Range(0, replicas).Select(replica => replica == 0 && fixedTarget is { } port ? port : ports.Take())];
            var address = endpoint.TargetHost is "localhost" ? IPAddress.Loopback : IPAddress.Parse(endpoint.TargetHost);
            if (fixedTarget is { } known && !PortBlock.IsFree(address, known)) throw InUse(resource, endpoint, known);

            var listen = shared ? stable ?? ports.Take() : endpoint.ReplicaPorts[0];
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, listen);
            if (!shared) continue;
            yield return EndpointProxy.TryListen(
                new IPEndPoint(address, listen), [.. endpoint.ReplicaPorts.Select(port => new IPEndPoint(address, port))])
                ?? throw InUse(resource, endpoint, listen);
        }
    }

    private static DistributedApplicationException InUse(IResource resource, EndpointAnnotation endpoint, int port) =>
        new($"Port {port} of resource '{resource.Name}' (endpoint '{endpoint.Name}') is in use by another process.");
}
