using McpMesh.Gateway.Errors;
using McpMesh.Identity;
using McpMesh.Identity.Jose;
using McpMesh.Identity.Validation;

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
        if (!value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return GatewayErrors.InvalidToken("The Authorization scheme must be Bearer.");

        var compact = value[Scheme.Length..].Trim(' ');
        try
        {
            var result = await ValidateAsync(call, compact);
            if (result.Token is null) return GatewayErrors.InvalidToken(result.Error ?? "The token was refused.");
            (call.Token, call.BearerToken) = (result.Token, compact);
            return null;
        }
        catch (JsonWebKeySetUnavailableException)
        {
            return GatewayErrors.KeysUnavailable;
        }
    }

    /// <summary>A token for the whole gateway is good on every path; one for a single server only on that server's.</summary>
    private async ValueTask<AccessTokenResult> ValidateAsync(GatewayCall call, string compact)
    {
        var all = resources.Of(null).Identifier;
        var own = resources.Of(call.PathServer).Identifier;
        var result = await validator.ValidateAsync(compact, own, call.Http.RequestAborted);
        // The signature is not checked again: a token that is good in itself is kept whatever its audience.
        return result.Error == AccessTokenValidator.ForAnotherResource && own != all
            ? await validator.ValidateAsync(compact, all, call.Http.RequestAborted)
            : result;
    }
}
