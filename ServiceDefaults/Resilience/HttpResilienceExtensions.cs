using Microsoft.Extensions.DependencyInjection;

namespace McpMesh.ServiceDefaults.Resilience;

/// <summary>Adds resilience to clients of <see cref="IHttpClientFactory"/>.</summary>
public static class HttpResilienceExtensions
{
    /// <summary>
    /// Adds timeouts, retries of safe methods and a circuit breaker to the client. Opt in: a client that relays streams or carries effects
    /// decides
    /// for itself.
    /// </summary>
    public static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder, Action<HttpResilienceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new HttpResilienceOptions();
        configure?.Invoke(options);
        HttpResiliencePipeline? pipeline = null;
        // One circuit per client, not one per handler rotation.
        return builder.AddHttpMessageHandler(services => new ResilientHttpHandler(
            LazyInitializer.EnsureInitialized(
                ref pipeline, () => new HttpResiliencePipeline(options, services.GetService<TimeProvider>()))));
    }
}
