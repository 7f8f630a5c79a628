using Dapr.Client;
using McpMesh.Policy.Distribution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpMesh.Policy;

/// <summary>Makes a service an enforcement point.</summary>
public static class PolicyServiceCollectionExtensions
{
    private const long LargestPolicy = 16 * 1024 * 1024;

    /// <summary>
    /// Adds <see cref="IPolicySource"/>, kept current from the application <c>policy</c> through the sidecar, and the readiness check
    /// <c>policy</c>. Map <see cref="PolicyEndpointExtensions.MapPolicyChanged"/> too, so that a new version is in force at once.
    /// </summary>
    public static IServiceCollection AddPolicy(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            var client = DaprClient.CreateInvokeHttpClient("policy", null, configuration["DAPR_API_TOKEN"]);
            client.Timeout = TimeSpan.FromSeconds(10);
            client.MaxResponseContentBufferSize = LargestPolicy;
            return new PolicyClient(
                client, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PolicyClient>>());
        });
        services.TryAddSingleton<IPolicySource>(provider => provider.GetRequiredService<PolicyClient>());
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IHostedService, PolicyClient>(provider => provider.GetRequiredService<PolicyClient>()));
        services.AddHealthChecks().AddCheck<PolicyHealthCheck>("policy");
        return services;
    }
}
