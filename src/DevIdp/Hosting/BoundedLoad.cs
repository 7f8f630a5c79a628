using System.Threading.RateLimiting;

namespace McpMesh.DevIdp.Hosting;

/// <summary>
/// How many requests one address may make: enough for a whole mesh under test on one machine, too few for guessing at speed.
/// </summary>
internal static class BoundedLoad
{
    public const string Tokens = "tokens";
    public const string SignIn = "sign-in";

    public static IServiceCollection AddBoundedLoad(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            return ValueTask.CompletedTask;
        };
        limiter.AddPolicy(Tokens, context => PerAddress(context, burst: 2000, perSecond: 500));
        limiter.AddPolicy(SignIn, context => PerAddress(context, burst: 500, perSecond: 50));
    });

    private static RateLimitPartition<string> PerAddress(HttpContext context, int burst, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => new()
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            AutoReplenishment = true,
        });
}
