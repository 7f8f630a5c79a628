using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an HTTP endpoint, or changes the one of that name.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="port">Stable port, shared by all replicas; null: chosen at start.</param>
    /// <param name="targetPort">Port of the process; null: chosen at start.</param>
    /// <param name="name">Name; <c>http</c> when not given.</param>
    /// <param name="env">Variable that receives the process's port, in place of <c>ASPNETCORE_URLS</c>.</param>
    /// <param name="isProxied">Whether a proxy may stand before the process.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null,
        bool? isProxied = null) where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithEndpoint(name ?? "http", endpoint =>
        {
            endpoint.Port = port ?? endpoint.Port;
            endpoint.TargetPort = targetPort ?? endpoint.TargetPort;
            endpoint.UriScheme = "http";
            endpoint.IsProxied = isProxied ?? endpoint.IsProxied;
            endpoint.TargetPortVariable = env ?? endpoint.TargetPortVariable;
        });
    }

    /// <summary>Changes an endpoint; adds it if there is none.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        var endpoint = builder.Resource.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(known => string.Equals(known.Name, endpointName, StringComparison.OrdinalIgnoreCase));
        if (endpoint is null)
        {
            if (!createIfNotExists) return builder;
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            builder.WithAnnotation(endpoint);
        }

        callback(endpoint);
        return builder;
    }

    /// <summary>Marks the HTTP endpoints as reachable from outside when published.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.UriScheme is "http" or "https") endpoint.IsExternal = true;
        }

        return builder;
    }

    /// <summary>Refers to an endpoint.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name) where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return new EndpointReference(builder.Resource, name);
    }

    /// <summary>Makes the resource healthy only while a request is answered with the status.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="path">Path; <c>/</c> when not given.</param>
    /// <param name="statusCode">Status; 200 when not given.</param>
    /// <param name="endpointName">Endpoint; <c>https</c>, else <c>http</c> when not given.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var name = endpointName ?? (builder.GetEndpoint("https").Exists ? "https" : "http");
        var endpoint = builder.GetEndpoint(name);
        if (!endpoint.Exists)
        {
            throw new DistributedApplicationException(
                $"Could not create HTTP health check for resource '{builder.Resource.Name}' as no endpoint was found with name '{name}'.");
        }

        return builder.WithAnnotation(new HttpHealthProbeAnnotation(endpoint, path ?? "/", statusCode ?? 200));
    }
}
