using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Authorization;

/// <summary><c>GET /authorize</c> for agents and <c>GET /sign-in</c> for a person who only needs a session.</summary>
internal sealed class AuthorizeEndpoint(AuthorizationRequestReader reader, LoginStarter starter, AgentRedirect redirects)
{
    public async Task<IResult> AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        Uri? trusted = null;
        try
        {
            // Repeated parameters read as no value here, so a doubled redirect_uri can never be a trusted one.
            var (client, redirect) = reader.ReadTarget(Single(query, "client_id"), Single(query, "redirect_uri"));
            trusted = redirect;
            return await starter.StartAsync(context, reader.Read(new OAuthForm(query), client, redirect));
        }
        catch (OAuthException refusal) when (trusted is not null)
        {
            return redirects.Error(trusted, Single(query, "state"), refusal);
        }
        catch (OAuthException refusal)
        {
            return new PageResult(refusal.Status, "This sign-in cannot go on", refusal.Message);
        }
    }

    public async Task<IResult> SignInAsync(HttpContext context)
    {
        try
        {
            return await starter.StartAsync(context, request: null);
        }
        catch (OAuthException refusal)
        {
            return new PageResult(refusal.Status, "This sign-in cannot go on", refusal.Message);
        }
    }

    private static string? Single(IQueryCollection query, string name) => query[name] is { Count: 1 } values ? values[0] : null;
}
