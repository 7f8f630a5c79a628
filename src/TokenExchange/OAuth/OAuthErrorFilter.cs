using Dapr;
using McpMesh.Audit;
using McpMesh.Identity.Jose;

namespace McpMesh.TokenExchange.OAuth;

/// <summary>
/// Turns refusals and outages into the JSON errors of OAuth; nothing of an exception but its OAuth text leaves the service.
/// </summary>
internal sealed partial class OAuthErrorFilter(ILogger<OAuthErrorFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var response = context.HttpContext.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        try
        {
            return await next(context);
        }
        catch (OAuthException refusal)
        {
            return Answer(response, refusal);
        }
        catch (AuditUnavailableException outage)
        {
            return Answer(response, OAuthException.Unavailable("The audit log", outage));
        }
        catch (DaprException outage)
        {
            return Answer(response, OAuthException.Unavailable("The state store", outage));
        }
        catch (JsonWebKeySetUnavailableException outage)
        {
            return Answer(response, OAuthException.Unavailable("The identity provider", outage));
        }
    }

    private IResult Answer(HttpResponse response, OAuthException refusal)
    {
        LogRefusal(refusal.InnerException, refusal.Error, refusal.Message);
        if (refusal.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Basic realm=\"mesh\"";
        if (refusal.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            response.Headers.RetryAfter = "1";
        var body = new ErrorResponse
        {
            Error = refusal.Error,
            Description = refusal.Message,
            SignInUrl = refusal.SignInUrl?.AbsoluteUri,
        };
        return Results.Json(body, OAuthJson.Default.ErrorResponse, statusCode: refusal.Status);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused: {Error}: {Description}")]
    private partial void LogRefusal(Exception? exception, string error, string description);
}
