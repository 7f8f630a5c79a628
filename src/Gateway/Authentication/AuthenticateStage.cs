using McpMesh.Gateway.Errors;
using McpMesh.Identity;

namespace McpMesh.Gateway.Authentication;

/// <summary>Stage 2: the bearer token, from the headers alone. No byte of the body is read for a caller that nobody vouches for.</summary>
internal sealed class AuthenticateStage(IAccessTokenValidator validator, ResourceIdentifiers resources)
{
    private const string Scheme = "Bearer ";

    public async ValueTask<GatewayError?> CheckAsync(GatewayCall call)
    {
        var header = call.Http.Request.Headers.Authorization;
        if (header.Count == 0) return GatewayErrors.NoToken;
        if (header.Count > 1) return GatewayErrors.InvalidToken("The request carries more than one Authorization header.");
        var value = header[0]!;
        if (!value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return GatewayErrors.InvalidToken("The Authorization scheme must be Bearer.");

        var compact = value[Scheme.Length..].Trim(' ');
        var result = await validator.ValidateAsync(compact, Audience(call.PathServer, compact), call.Http.RequestAborted);
        if (result.Token is null) return GatewayErrors.InvalidToken(result.Error ?? "The token was refused.");
        (call.Token, call.BearerToken) = (result.Token, compact);
        return null;
    }

    /// <summary>A token for the whole gateway is good on every path; one for a single server only on that server's.</summary>
    private string Audience(string? server, string compact)
    {
        var own = resources.Of(server).Identifier;
        return server is not null && TokenAudience.Claims(compact, own) ? own : resources.Of(null).Identifier;
    }
}
