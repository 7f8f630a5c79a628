using System.Collections.Immutable;
using McpMesh.Configuration;

namespace McpMesh.TokenExchange.Registry;

/// <summary>An agent of mesh.yaml as OAuth client.</summary>
internal sealed class RegisteredClient(ClientConfiguration configuration)
{
    public string Id => configuration.Id;

    public string Name => configuration.Name.Length > 0 ? configuration.Name : configuration.Id;

    /// <summary>Key of its secret; null for a public client.</summary>
    public string? SecretName => configuration.Secret;

    /// <summary>Whether it may use a grant, by the grant's name in requests.</summary>
    public bool MayUse(string grantType) => grantType switch
    {
        OAuth.GrantType.AuthorizationCode or OAuth.GrantType.RefreshToken =>
            configuration.Grants.Contains(OAuth.GrantType.AuthorizationCode),
        OAuth.GrantType.JwtBearer => configuration.Grants.Contains("jwt-bearer"),
        _ => false,
    };

    /// <summary>Of <paramref name="scopes"/> those that it may have at all.</summary>
    public ImmutableArray<string> Allowed(IEnumerable<string> scopes) =>
        [.. scopes.Where(scope => configuration.Scopes.Any(pattern => ScopeSet.Allows(pattern, scope)))];

    /// <summary>
    /// The URI to redirect to for a requested one: equal to a registered one, but for the port of a loopback address (RFC 8252 section
    /// 7.3). It is
    /// built from the registered URI, so that nothing of the request but a port number reaches the redirect.
    /// </summary>
    public Uri? MatchRedirect(string requested)
    {
        foreach (var registered in configuration.RedirectUris)
        {
            if (string.Equals(registered.OriginalString, requested, StringComparison.Ordinal)) return registered;
            if (registered is not { IsLoopback: true, Scheme: "http" }) continue;
            if (!Uri.TryCreate(requested, UriKind.Absolute, out var uri) || uri.Port <= 0) continue;
            var moved = new UriBuilder(registered) { Port = uri.Port }.Uri;
            if (string.Equals(moved.AbsoluteUri, requested, StringComparison.Ordinal)) return moved;
        }

        return null;
    }
}
