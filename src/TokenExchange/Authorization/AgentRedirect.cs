using McpMesh.Configuration;
using McpMesh.TokenExchange.OAuth;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.TokenExchange.Authorization;

/// <summary>Authorization responses to the agent, with <c>iss</c> in each (RFC 9207).</summary>
internal sealed class AgentRedirect(MeshConfiguration mesh)
{
    private readonly string _issuer = mesh.Identity.Issuer.OriginalString.TrimEnd('/');

    public IResult Code(Uri redirect, string? state, string code) => Send(redirect, state, new() { ["code"] = code });

    public IResult Error(Uri redirect, string? state, OAuthException refusal) =>
        Send(redirect, state, new() { ["error"] = refusal.Error, ["error_description"] = refusal.Message });

    private IResult Send(Uri redirect, string? state, Dictionary<string, string?> query)
    {
        if (state is not null) query["state"] = state;
        query["iss"] = _issuer;
        return Results.Redirect(QueryHelpers.AddQueryString(redirect.AbsoluteUri, query));
    }
}
