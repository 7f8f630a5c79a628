using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange.Authorization;

/// <summary><c>GET /authorize</c> for agents and <c>GET /sign-in</c> for a person who only needs a session.</summary>
internal sealed class AuthorizeEndpoint(
    AuthorizationRequestReader reader, LoginStarter starter, AgentRedirect redirects, TokenRecords records)
{
    public async Task<IResult> AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        (RegisteredClient Client, Uri Redirect)? trusted = null;
        try
        {
            // Repeated parameters read as no value here, so a doubled redirect_uri can never be a trusted one.
            var (client, redirect) = reader.ReadTarget(Single(query, "client_id"), Single(query, "redirect_uri"));
            trusted = (client, redirect);
            return await starter.StartAsync(context, reader.Read(new OAuthForm(query), client, redirect));
        }
        catch (OAuthException refusal)
        {
            await RecordAsync(refusal, trusted?.Client.Id, context.RequestAborted);
            return trusted is var (_, known) ? redirects.Error(known, Single(query, "state"), refusal) : Page(refusal);
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
            await RecordAsync(refusal, null, context.RequestAborted);
            return Page(refusal);
        }
    }

    private ValueTask RecordAsync(OAuthException refusal, string? clientId, CancellationToken cancellationToken) =>
        records.RefusedAsync(new(refusal.Error, refusal.Message, clientId) { IsUnproven = true }, cancellationToken);

    private static PageResult Page(OAuthException refusal) => new(refusal.Status, "This sign-in cannot go on", refusal.Message);

    private static string? Single(IQueryCollection query, string name) => query[name] is { Count: 1 } values ? values[0] : null;
}
