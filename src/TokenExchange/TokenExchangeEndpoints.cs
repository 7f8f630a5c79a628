using McpMesh.TokenExchange.Authorization;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.Delegations;
using McpMesh.TokenExchange.Hops;
using McpMesh.TokenExchange.Limits;
using McpMesh.TokenExchange.Metadata;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Signing;
using McpMesh.TokenExchange.Tokens;

namespace McpMesh.TokenExchange;

/// <summary>The endpoints of the mesh AS.</summary>
internal static class TokenExchangeEndpoints
{
    public static void MapTokenExchange(this WebApplication app)
    {
        // Refuses to start on a source that does not exist.
        _ = app.Services.GetRequiredService<IAssertionSource>();
        app.UseExceptionHandler(failure => failure.Run(static context => Task.CompletedTask));
        app.UseHostFiltering();
        app.UseMiddleware<SecurityHeaders>();
        app.UseRateLimiter();

        app.MapGet("/.well-known/oauth-authorization-server", MetadataEndpoint.Handle);

        var errors = app.MapGroup("").AddEndpointFilter<OAuthErrorFilter>();
        errors.MapGet("/jwks", static (HttpContext context, SigningKeyRing ring) => JwksEndpoint.HandleAsync(context, ring));
        // Through the sidecar: every caller has its address, so there is no limit by address here.
        errors.MapPost("/hop", static (HttpContext context, HopEndpoint endpoint) => endpoint.HandleAsync(context));
        errors.MapPost("/delegation", static (HttpContext context, DelegationEndpoint endpoint) => endpoint.HandleAsync(context));

        var open = app.MapGroup("").RequireRateLimiting(PublicEndpointLimits.PolicyName).AddEndpointFilter<OAuthErrorFilter>();
        open.MapGet("/authorize", static (HttpContext context, AuthorizeEndpoint endpoint) => endpoint.AuthorizeAsync(context));
        open.MapGet("/sign-in", static (HttpContext context, AuthorizeEndpoint endpoint) => endpoint.SignInAsync(context));
        open.MapGet("/callback", static (HttpContext context, CallbackEndpoint endpoint) => endpoint.HandleAsync(context));
        open.MapPost("/token", static (HttpContext context, TokenEndpoint endpoint) => endpoint.HandleAsync(context));
    }
}
