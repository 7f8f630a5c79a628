using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.Tokens;

/// <summary>One grant type of the token endpoint.</summary>
internal interface ITokenGrant
{
    /// <summary>The <c>grant_type</c> that it serves.</summary>
    string GrantType { get; }

    /// <summary>Answers an authenticated client.</summary>
    /// <exception cref="OAuthException">It is refused.</exception>
    Task<TokenResponse> GrantAsync(
        OAuthParameters form, Client client, OrganizationDirectory directory, CancellationToken cancellationToken);
}
