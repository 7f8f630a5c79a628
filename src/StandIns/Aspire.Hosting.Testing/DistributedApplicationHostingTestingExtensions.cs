using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

/// <summary>Reaches into a running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client whose base address is the endpoint.</summary>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null) =>
        new() { BaseAddress = app.GetEndpoint(resourceName, endpointName) };

    /// <summary>Address of an endpoint.</summary>
    /// <param name="app">The application.</param>
    /// <param name="resourceName">Name of the resource.</param>
    /// <param name="endpointName">Name of the endpoint; <c>https</c>, else <c>http</c> when not given.</param>
    /// <exception cref="InvalidOperationException">The application is not started.</exception>
    /// <exception cref="ArgumentException">There is no such resource or endpoint.</exception>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.IsStarted) throw new InvalidOperationException("The application must be started before its endpoints are known.");

        var resource = app.Services.GetRequiredService<DistributedApplicationModel>().Resources
            .FirstOrDefault(known => string.Equals(known.Name, resourceName, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"Resource '{resourceName}' not found.", nameof(resourceName));
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToArray();
        var endpoint = endpointName is null
            ? Find("https") ?? Find("http")
            : Find(endpointName);
        return endpoint?.AllocatedEndpoint is { } allocated
            ? new Uri(allocated.UriString)
            : throw new ArgumentException(
                $"Endpoint '{endpointName ?? "http"}' of resource '{resourceName}' not found.", nameof(endpointName));

        EndpointAnnotation? Find(string name) =>
            Array.Find(endpoints, known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase));
    }
}
