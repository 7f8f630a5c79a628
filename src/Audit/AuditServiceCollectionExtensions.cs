using Dapr.Client;
using McpMesh.Audit.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace McpMesh.Audit;

/// <summary>Registers the publisher of audit records.</summary>
public static class AuditServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IAuditPublisher"/> over the sidecar's pub/sub. It accepts records at once, flushes them when the host stops, and
    /// uses the registered <see cref="DaprClient"/>, or one made from the environment.
    /// </summary>
    public static IServiceCollection AddAuditPublisher(
        this IServiceCollection services, Action<AuditPublisherOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new DaprClientBuilder().Build());
        services.TryAddSingleton<IValidateOptions<AuditPublisherOptions>, AuditPublisherOptionsValidator>();
        var options = services.AddOptions<AuditPublisherOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        services.TryAddSingleton<AuditMetrics>();
        services.TryAddSingleton<AuditPublisher>();
        services.TryAddSingleton<IAuditPublisher>(provider => provider.GetRequiredService<AuditPublisher>());
        services.AddHostedService(provider => provider.GetRequiredService<AuditPublisher>());
        return services;
    }
}
