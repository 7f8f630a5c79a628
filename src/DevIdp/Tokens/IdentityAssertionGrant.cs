using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.Tokens;

/// <summary>
/// Token exchange (RFC 8693) to an ID-JAG, the first leg of Cross-App Access: within the administrator's list and for a user who is in the
/// directory now, whatever the subject token still says.
/// </summary>
internal sealed class IdentityAssertionGrant(SubjectTokens subjects, TokenIssuer issuer) : ITokenGrant
{
    public const string IdentityAssertion = "urn:ietf:params:oauth:token-type:id-jag";

    public string GrantType => "urn:ietf:params:oauth:grant-type:token-exchange";

    public async Task<TokenResponse> GrantAsync(
        OAuthParameters form, Client client, OrganizationDirectory directory, CancellationToken cancellationToken)
    {
        if (client.IsPublic) throw new OAuthException("unauthorized_client", "A public client gets no identity assertion.");
        if (form.Required("requested_token_type") != IdentityAssertion)
            throw new OAuthException("invalid_request", "requested_token_type: must be id-jag.");
        var (subjectToken, subjectType) = (form.Required("subject_token"), form.Required("subject_token_type"));
        var (access, resource) = FindTarget(form, client, directory);
        var authentication = await subjects.RequireAsync(subjectToken, subjectType, client.Id, cancellationToken);
        var user = directory.ActiveUser(authentication.UserId)
            ?? throw new OAuthException("invalid_grant", "subject_token: the user is not active.");
        var scope = Narrow(form["scope"], resource);
        return new TokenResponse
        {
            AccessToken = issuer.IdentityAssertion(directory.Settings, user, authentication, access, resource.Resource, scope),
            IssuedTokenType = IdentityAssertion,
            TokenType = "N_A",
            ExpiresIn = (int)directory.Settings.IdJagLifetime.TotalSeconds,
            Scope = scope,
        };
    }

    private static (CrossAppAccessConfiguration Access, ReachableResourceConfiguration Resource) FindTarget(
        OAuthParameters form, Client client, OrganizationDirectory directory)
    {
        // One assertion is for one target: a second would widen where it is accepted.
        if (form.IsRepeated("audience") || form.IsRepeated("resource"))
            throw new OAuthException("invalid_target", "audience, resource: exactly one each.");
        var (audience, resource) = (form.Required("audience"), form.Required("resource"));
        var access = directory.FindAccess(client.Id, audience);
        var reachable = access?.Resources.FirstOrDefault(r => r.Resource == resource);
        return reachable is null
            ? throw new OAuthException("invalid_target", "The administrator does not let this client reach that audience and resource.")
            : (access!, reachable);
    }

    /// <summary>
    /// Requested ∩ list. Without a request: what the list names; a pattern names nothing that could be written into a token.
    /// </summary>
    private static string Narrow(string? requested, ReachableResourceConfiguration resource)
    {
        var granted = requested is null
            ? resource.Scopes.Where(s => !s.Contains('*'))
            : requested.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(s => resource.Scopes.Any(listed => Covers(listed, s)));
        var scope = string.Join(' ', granted.Distinct(StringComparer.Ordinal));
        return scope.Length > 0 ? scope : throw new OAuthException("invalid_scope", "scope: nothing of it may be granted here.");
    }

    private static bool Covers(string listed, string scope)
    {
        // A requested '*' would be read as a pattern by the next one in the chain.
        if (scope.Any(c => c is <= ' ' or '"' or '\\' or '*' or > '~')) return false;
        return listed.EndsWith(".*", StringComparison.Ordinal)
            ? scope.Length > listed.Length - 1 && scope.StartsWith(listed[..^1], StringComparison.Ordinal)
            : string.Equals(listed, scope, StringComparison.Ordinal);
    }
}
