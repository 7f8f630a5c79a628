using McpMesh.DevIdp.Authorization;
using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Discovery;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Keys;
using McpMesh.DevIdp.Organization;
using McpMesh.DevIdp.SignIn;
using McpMesh.DevIdp.Tokens;
using McpMesh.ServiceDefaults;

namespace McpMesh.DevIdp;

/// <summary>Puts the development IdP together.</summary>
public static class DevIdpApplication
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Builds the service; nothing listens yet.</summary>
    /// <param name="args">Host arguments, e.g. <c>--urls</c>.</param>
    /// <param name="options">Null: from the environment.</param>
    /// <param name="configure">Last changes to the host, e.g. log providers.</param>
    /// <exception cref="McpMesh.Configuration.MeshConfigurationException">idp.yaml does not load.</exception>
    public static WebApplication Build(string[] args, DevIdpOptions? options = null, Action<WebApplicationBuilder>? configure = null)
    {
        var settings = options ?? DevIdpOptions.FromEnvironment();
        System.IO.Directory.CreateDirectory(settings.DataFolder);
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });

        // The framework logs addresses with their query, and id_token_hint is a query parameter.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        AddServices(builder.Services, settings);
        configure?.Invoke(builder);
        var app = builder.Build();

        // Everything that can fail does so here, not at the first sign-in.
        app.Services.GetRequiredService<DirectoryFile>();
        app.Services.GetRequiredService<SigningKeyRing>();
        app.Services.GetRequiredService<RefreshTokens>();
        MapEndpoints(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, DevIdpOptions settings) => services
        .AddSingleton(settings)
        .AddSingleton(settings.Time)
        .AddSingleton<DirectoryFile>()
        .AddSingleton<SigningKeyRing>()
        .AddSingleton<KeyEndpoints>()
        .AddSingleton<DiscoveryEndpoint>()
        .AddSingleton<BrowserSessions>()
        .AddSingleton<FormProtection>()
        .AddSingleton<SignInThrottle>()
        .AddSingleton<PasswordCheck>()
        .AddSingleton<AuthorizationCodes>()
        .AddSingleton<AuthorizeEndpoint>()
        .AddSingleton<LogoutEndpoint>()
        .AddSingleton<ClientAssertionValidator>()
        .AddSingleton<ClientAuthenticator>()
        .AddSingleton<TokenIssuer>()
        .AddSingleton<SignInTokens>()
        .AddSingleton<RefreshTokens>()
        .AddSingleton<SubjectTokens>()
        .AddSingleton<ITokenGrant, AuthorizationCodeGrant>()
        .AddSingleton<ITokenGrant, RefreshTokenGrant>()
        .AddSingleton<ITokenGrant, IdentityAssertionGrant>()
        .AddSingleton<TokenEndpoint>()
        .AddSingleton<UserInfoEndpoint>()
        .AddBoundedLoad();

    private static void MapEndpoints(WebApplication app)
    {
        app.UseMiddleware<HostFilter>();
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";

            // Not no-referrer: that makes browsers post the form with "Origin: null".
            context.Response.Headers["Referrer-Policy"] = "same-origin";
            return next(context);
        });
        app.UseRateLimiter();
        app.MapDefaultEndpoints();
        app.MapGet("/.well-known/openid-configuration", (HttpContext c, DiscoveryEndpoint e) => e.Show(c));
        app.MapGet("/.well-known/oauth-authorization-server", (HttpContext c, DiscoveryEndpoint e) => e.Show(c));
        app.MapGet("/jwks", (HttpContext c, KeyEndpoints e) => e.Publish(c));
        app.MapPost("/admin/rotate-keys", (HttpContext c, KeyEndpoints e) => e.Rotate(c));
        app.MapGet("/authorize", (HttpContext c, AuthorizeEndpoint e) => e.Show(c)).RequireRateLimiting(BoundedLoad.SignIn);
        app.MapPost("/authorize", (HttpContext c, AuthorizeEndpoint e) => e.SignInAsync(c)).RequireRateLimiting(BoundedLoad.SignIn);
        app.MapGet("/logout", (HttpContext c, LogoutEndpoint e) => e.ShowAsync(c)).RequireRateLimiting(BoundedLoad.SignIn);
        app.MapPost("/logout", (HttpContext c, LogoutEndpoint e) => e.ConfirmAsync(c)).RequireRateLimiting(BoundedLoad.SignIn);
        app.MapPost("/token", (HttpContext c, TokenEndpoint e) => e.HandleAsync(c)).RequireRateLimiting(BoundedLoad.Tokens);
        app.MapMethods("/userinfo", ["GET", "POST"], (HttpContext c, UserInfoEndpoint e) => e.Show(c))
            .RequireRateLimiting(BoundedLoad.Tokens);
    }
}
