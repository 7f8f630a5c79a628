using System.Threading.RateLimiting;
using McpMesh.Configuration;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpMesh.TokenExchange.Limits;

/// <summary>Bounds on what strangers may send: host names, sizes, and requests by address.</summary>
internal static class PublicEndpointLimits
{
    public const string PolicyName = "public";

    private const int MaxBodyBytes = 64 * 1024;
    private const int Burst = 1000;
    private const int PerSecond = 100;
    private const int MaxParameters = 32;

    public static void AddPublicEndpointLimits(this IServiceCollection services, MeshConfiguration mesh)
    {
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        services.Configure<FormOptions>(form =>
        {
            form.ValueCountLimit = MaxParameters;
            form.ValueLengthLimit = MaxBodyBytes;
        });
        // A name that is not ours is DNS rebinding or a confused proxy.
        services.Configure<HostFilteringOptions>(hosts =>
        {
            hosts.AllowEmptyHosts = false;
            hosts.IncludeFailureMessage = false;
            hosts.AllowedHosts = [mesh.Identity.Issuer.Host, "localhost", "127.0.0.1", "[::1]"];
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = static (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = "1";
                return ValueTask.CompletedTask;
            };
            limiter.AddPolicy(PolicyName, static context => RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                static _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = Burst,
                    TokensPerPeriod = PerSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                }));
        });
    }
}
