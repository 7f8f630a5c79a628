using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.Tokens;

/// <summary><c>POST /token</c>: who asks, then what for; the grant decides the rest.</summary>
internal sealed partial class TokenEndpoint(
    IEnumerable<ITokenGrant> grants, ClientAuthenticator authenticator, DirectoryFile directory, ILogger<TokenEndpoint> logger)
{
    private readonly Dictionary<string, ITokenGrant> _grants = grants.ToDictionary(g => g.GrantType, StringComparer.Ordinal);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        try
        {
            var form = await OAuthParameters.ReadFormAsync(context.Request, context.RequestAborted);
            var now = directory.Current;
            var client = authenticator.Authenticate(context.Request, form, now);
            var type = form.Required("grant_type");
            if (!_grants.TryGetValue(type, out var grant))
                throw new OAuthException("unsupported_grant_type", "grant_type: is not supported.");
            var response = await grant.GrantAsync(form, client, now, context.RequestAborted);
            Granted(client.Id, grant.GetType().Name, response.Scope);
            return Results.Json(response, TokenJsonContext.Default.TokenResponse);
        }
        catch (OAuthException e)
        {
            Refused(e.Error, e.Message);
            if (e.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Basic realm=\"mesh-idp\"";
            return Results.Json(new ErrorResponse(e.Error, e.Message), TokenJsonContext.Default.ErrorResponse, null, e.Status);
        }
    }

    [LoggerMessage(30, LogLevel.Information, "{Grant} for client {ClientId}, scope {Scope}.")]
    private partial void Granted(string clientId, string grant, string scope);

    [LoggerMessage(31, LogLevel.Information, "Token request refused: {Error}: {Reason}")]
    private partial void Refused(string error, string reason);
}
