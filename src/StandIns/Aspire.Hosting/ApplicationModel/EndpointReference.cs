namespace Aspire.Hosting.ApplicationModel;

/// <summary>Refers to an endpoint before its place is known.</summary>
public sealed class EndpointReference : IValueProvider
{
    /// <summary>Refers to an endpoint by name.</summary>
    public EndpointReference(IResourceWithEndpoints owner, string endpointName)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentException.ThrowIfNullOrEmpty(endpointName);
        Resource = owner;
        EndpointName = endpointName;
    }

    /// <summary>The resource that listens.</summary>
    public IResourceWithEndpoints Resource { get; }

    /// <summary>Name of the endpoint.</summary>
    public string EndpointName { get; }

    /// <summary>Whether the resource has the endpoint.</summary>
    public bool Exists => Find() is not null;

    /// <summary>Whether its place is known.</summary>
    public bool IsAllocated => Find()?.AllocatedEndpoint is not null;

    /// <summary>URL, without a final slash.</summary>
    public string Url => Allocated.UriString;

    /// <summary>Host name or address.</summary>
    public string Host => Allocated.Address;

    /// <summary>Stable port.</summary>
    public int Port => Allocated.Port;

    /// <summary>Port of the process, when the model fixes one.</summary>
    public int? TargetPort => Annotation.TargetPort;

    /// <summary>Scheme.</summary>
    public string Scheme => Annotation.UriScheme;

    /// <summary>Whether the scheme is <c>http</c>.</summary>
    public bool IsHttp => string.Equals(Scheme, "http", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the scheme is <c>https</c>.</summary>
    public bool IsHttps => string.Equals(Scheme, "https", StringComparison.OrdinalIgnoreCase);

    internal EndpointAnnotation Annotation => Find()
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' does not exist on resource '{Resource.Name}'.");

    private AllocatedEndpoint Allocated => Annotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of resource '{Resource.Name}' is not allocated.");

    /// <summary>A part of the endpoint.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(endpoint => string.Equals(endpoint.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
