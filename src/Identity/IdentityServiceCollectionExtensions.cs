using Dapr;
using Dapr.Client;
using McpMesh.Identity.Hops;
using McpMesh.Identity.Jose;
using McpMesh.Identity.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpMesh.Identity;

/// <summary>Registers what a resource of the mesh needs to check tokens and to get tokens for its own calls.</summary>
public static class IdentityServiceCollectionExtensions
{
    private const string KeyClient = "McpMesh.Identity.Keys";
    private const string TokenExchangeAppId = "token-exchange";

    /// <summary>
    /// Adds <see cref="IAccessTokenValidator"/> for tokens of <paramref name="issuer"/>, with the keys at its <c>/jwks</c>.
    /// </summary>
    /// <param name="issuer"><c>identity.issuer</c> of mesh.yaml, no trailing slash.</param>
    public static IServiceCollection AddAccessTokenValidation(this IServiceCollection services, Uri issuer)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(issuer);
        var identifier = issuer.OriginalString.TrimEnd('/');
        services.TryAddSingleton(TimeProvider.System);
        // A redirect could lead the fetch of keys to another party.
        services.AddHttpClient(KeyClient).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.TryAddSingleton<IAccessTokenValidator>(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(KeyClient);
            return new AccessTokenValidator(identifier, new RemoteJsonWebKeySet(http, new Uri($"{identifier}/jwks"), null, time), time);
        });
        return services;
    }

    /// <summary>Adds <see cref="IHopTokenSource"/>: hop tokens from the Dapr app <c>token-exchange</c>.</summary>
    public static IServiceCollection AddHopTokens(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IHopTokenClient>(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            // The factory's endpoint and token defaults ignore configuration, so both are read here.
            var http = DaprClient.CreateInvokeHttpClient(
                TokenExchangeAppId,
                DaprDefaults.GetDefaultHttpEndpoint(configuration),
                DaprDefaults.GetDefaultDaprApiToken(configuration));
            return new DaprHopTokenClient(http, provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddSingleton<IHopTokenSource, HopTokenSource>();
        return services;
    }
}
