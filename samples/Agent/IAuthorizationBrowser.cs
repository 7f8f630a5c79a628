namespace McpMesh.Samples.Agent;

/// <summary>What visits the authorization URL for the agent: a person's browser.</summary>
public interface IAuthorizationBrowser
{
    /// <summary>Visits <paramref name="authorizationUri"/> and lets the user sign in.</summary>
    /// <param name="authorizationUri">Where the sign-in starts.</param>
    /// <param name="redirectUri">The agent's own redirect URI: where it ends.</param>
    /// <returns>The redirect URI with its query as the authorization server sent the browser there.</returns>
    Task<Uri> VisitAsync(Uri authorizationUri, Uri redirectUri, CancellationToken cancellationToken);
}
