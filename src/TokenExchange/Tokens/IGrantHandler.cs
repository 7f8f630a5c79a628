using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange.Tokens;

/// <summary>One grant type of the token endpoint.</summary>
internal interface IGrantHandler
{
    /// <summary>Value of <c>grant_type</c>.</summary>
    string GrantType { get; }

    /// <exception cref="OAuthException">Refused.</exception>
    Task<TokenResponse> HandleAsync(OAuthForm form, RegisteredClient client, CancellationToken cancellationToken);
}
