using McpMesh.Adapters.Mcp;
using McpMesh.Identity;
using McpMesh.Identity.Jose;
using McpMesh.Protocol;

namespace McpMesh.Adapters.Access;

/// <summary>
/// Checks the bearer token: this server is an OAuth resource of its own (MCP Authorization; RFC 6750, RFC 8707, RFC 9728).
/// </summary>
internal sealed class Authentication(IAccessTokenValidator validator, ServedServer served, BearerChallenge challenge)
{
    private const int MaxTokenLength = 16 * 1024;

    /// <summary>The caller, or why there is none. A token for another resource is refused whatever its scopes are.</summary>
    public async ValueTask<(Caller? Caller, Refusal? Refusal)> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var header = request.Headers.Authorization;
        if (header.Count == 0)
            return (null, Unauthenticated("Authorization: a bearer token is required.", null) with { IsLookAround = true });
        const string scheme = "Bearer ";
        var value = header.ToString();
        if (header.Count > 1 || !value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || value.Length > MaxTokenLength)
            return (null, Unauthenticated("Authorization: must be one bearer token.", "invalid_token"));

        var compact = value[scheme.Length..].Trim();
        AccessTokenResult result;
        try
        {
            result = await validator.ValidateAsync(compact, served.Resource, cancellationToken);
        }
        catch (JsonWebKeySetUnavailableException)
        {
            return (null, KeysUnavailable);
        }
        if (result.Token is not { } token) return (null, Unauthenticated(result.Error ?? "The token is not valid.", "invalid_token"));
        // A hop always has somebody who acts, and the token was issued to the newest actor: nobody presents another's chain.
        if (token.Actors.Depth == 0 || !string.Equals(token.Actors.Actors[0], token.ClientId, StringComparison.Ordinal))
            return (null, Unauthenticated("The newest actor of the token is not the client it was issued to.", "invalid_token"));
        return (new Caller(token, compact), null);
    }

    private static Refusal KeysUnavailable { get; } = new(
        StatusCodes.Status503ServiceUnavailable, MeshErrorCode.ServerUnavailable, "The keys of the authorization server cannot be had.")
    {
        Data = writer =>
        {
            writer.WriteString("reason", "The keys of the authorization server cannot be had.");
            writer.WriteNumber("retryAfterMs", 1000);
        },
    };

    private Refusal Unauthenticated(string message, string? error) =>
        new(StatusCodes.Status401Unauthorized, MeshErrorCode.Unauthenticated, message)
        {
            Challenge = challenge.Unauthenticated(error),
            Data = writer => writer.WriteString("reason", message),
        };
}
