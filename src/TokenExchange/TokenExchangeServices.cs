using McpMesh.Audit;
using McpMesh.Configuration;
using McpMesh.TokenExchange.Authorization;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.Delegations;
using McpMesh.TokenExchange.Hops;
using McpMesh.TokenExchange.Idp;
using McpMesh.TokenExchange.Limits;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.Signing;
using McpMesh.TokenExchange.State;
using McpMesh.TokenExchange.Tokens;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace McpMesh.TokenExchange;

/// <summary>The parts of the mesh AS.</summary>
internal static class TokenExchangeServices
{
    /// <summary>Name of the HTTP client toward the IdP.</summary>
    internal const string IdpHttp = "McpMesh.TokenExchange.Idp";

    /// <exception cref="InvalidOperationException">mesh.yaml asks for something that this server cannot do.</exception>
    public static void AddTokenExchange(this WebApplicationBuilder builder, MeshConfiguration mesh)
    {
        var services = builder.Services;
        IdentityRules.Check(mesh);
        // The framework logs addresses with their query, and codes travel in queries.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        services.AddSingleton(mesh);
        services.TryAddSingleton(TimeProvider.System);
        services.AddDaprClient();
        services.AddAuditPublisher();
        services.AddSingleton<IStateStore, DaprStateStore>();
        services.AddSingleton<ISecretSource, DaprSecretSource>();
        services.AddSingleton<ResourceRegistry>();
        services.AddSingleton<ClientRegistry>();
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<OwnKeySource>();
        services.AddHealthChecks().AddCheck<SigningKeyHealthCheck>("signing-key");
        services.AddPublicEndpointLimits(mesh);
        AddIdp(services);
        AddSessions(services);
        AddGrants(services);
        AddEndpoints(services);
        services.AddSingleton<IAssertionSource>(provider => AssertionSources.Choose(
            mesh.Identity.Idp.Source, [ActivatorUtilities.CreateInstance<SessionAssertionSource>(provider)]));
    }

    private static void AddIdp(IServiceCollection services)
    {
        // A redirect could lead the client secret or a token to another party.
        services.AddHttpClient(IdpHttp, http => http.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<IdpDiscovery>(provider, IdpHttpClient(provider)));
        services.AddSingleton<IIdpClient>(provider => ActivatorUtilities.CreateInstance<IdpClient>(provider, IdpHttpClient(provider)));
        services.AddSingleton<IdTokenValidator>();
    }

    private static HttpClient IdpHttpClient(IServiceProvider provider) =>
        provider.GetRequiredService<IHttpClientFactory>().CreateClient(IdpHttp);

    private static void AddSessions(IServiceCollection services)
    {
        services.AddSingleton<SessionCipher>();
        services.AddSingleton<ISessionStore, SessionStore>();
        services.AddSingleton<SessionTokens>();
        services.AddSingleton<LoginRequired>();
        services.AddSingleton<SubjectSessions>();
        services.AddSingleton<DelegationStore>();
        services.AddSingleton<ILoginStore, LoginStore>();
        services.AddSingleton<ICodeStore, CodeStore>();
        services.AddSingleton<IRefreshStore, RefreshStore>();
        services.AddSingleton<IRevokedTokens, RevokedTokens>();
        services.AddSingleton<IReplayStore, ReplayStore>();
    }

    private static void AddGrants(IServiceCollection services)
    {
        services.AddSingleton<IdJagRedeemer>();
        services.AddSingleton<RefusalBudget>();
        services.AddSingleton<TokenRecords>();
        services.AddSingleton<AccessTokenMint>();
        services.AddSingleton<TokenPipeline>();
        services.AddSingleton<HopGrantCache>();
        services.AddSingleton<IGrantHandler, AuthorizationCodeGrant>();
        services.AddSingleton<IGrantHandler, RefreshTokenGrant>();
        services.AddSingleton<IGrantHandler, JwtBearerGrant>();
    }

    private static void AddEndpoints(IServiceCollection services)
    {
        services.AddSingleton<OAuthErrorFilter>();
        services.AddSingleton<AuthorizationRequestReader>();
        services.AddSingleton<LoginStarter>();
        services.AddSingleton<AgentRedirect>();
        services.AddSingleton<AuthorizeEndpoint>();
        services.AddSingleton<CallbackEndpoint>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<ClientQuota>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<SidecarToken>();
        services.AddSingleton<HopRequestValidator>();
        services.AddSingleton<HopEndpoint>();
        services.AddSingleton<DelegationEndpoint>();
    }
}
