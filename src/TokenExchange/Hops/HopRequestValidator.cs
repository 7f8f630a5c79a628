using McpMesh.Configuration;
using McpMesh.Identity;
using McpMesh.Identity.Validation;
using McpMesh.TokenExchange.Delegations;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.Signing;
using McpMesh.TokenExchange.Tokens;

namespace McpMesh.TokenExchange.Hops;

/// <summary>Checks a token exchange for a hop (RFC 8693): the caller is the audience of a good token, and nobody gains by it.</summary>
internal sealed class HopRequestValidator(
    OwnKeySource keys, ResourceRegistry resources, IRevokedTokens revoked, DelegationStore delegations, MeshConfiguration mesh,
    TimeProvider time)
{
    private readonly AccessTokenValidator _validator = new(mesh.Identity.Issuer.OriginalString.TrimEnd('/'), keys, time);

    /// <summary>Parameters and caller, to the validated subject: a token, or a delegation as if it were the token it was made from.</summary>
    /// <exception cref="OAuthException">Refused.</exception>
    public async Task<(AccessToken Subject, MeshResource Caller)> ReadSubjectAsync(OAuthForm form, string? appId,
        CancellationToken cancellationToken)
    {
        if (form.Require("grant_type") != GrantType.TokenExchange)
        {
            throw new OAuthException("unsupported_grant_type", "grant_type: must be token-exchange.");
        }

        return form.Require("subject_token_type") == GrantType.DelegationTokenType
            ? await ReadDelegationAsync(form, appId, cancellationToken)
            : await ReadTokenAsync(form, appId, cancellationToken);
    }

    /// <summary>Parameters and caller, to the validated subject token.</summary>
    /// <exception cref="OAuthException">Refused.</exception>
    public async Task<(AccessToken Subject, MeshResource Caller)> ReadTokenAsync(OAuthForm form, string? appId,
        CancellationToken cancellationToken)
    {
        if (form.Require("subject_token_type") != GrantType.AccessTokenType)
        {
            throw new OAuthException("invalid_request", "subject_token_type: must be an access token.");
        }

        var compact = form.Require("subject_token");
        // A token names one audience; the caller's resources are few, so each is tried instead of reading an unverified claim.
        foreach (var resource in resources.OwnedBy(appId))
        {
            var result = await _validator.ValidateAsync(compact, resource.Identifier, cancellationToken);
            if (result.Token is { } token) return await CheckRevokedAsync(token, resource, cancellationToken);
            // RFC 8693 section 2.2.2: a bad subject token is invalid_request.
            if (result.Error != AccessTokenValidator.ForAnotherResource)
            {
                throw new OAuthException("invalid_request", $"subject_token: {result.Error}.");
            }
        }

        throw new OAuthException(
            "unauthorized_client", "The caller is not the audience of the subject token.", StatusCodes.Status403Forbidden);
    }

    /// <summary>Target and scopes.</summary>
    /// <exception cref="OAuthException">Refused.</exception>
    public HopRequest Read(OAuthForm form, AccessToken subject, MeshResource caller)
    {
        var scopes = ScopeSet.Parse(form.Require("scope"));
        var target = resources.RequireHopTarget(form.Require("resource"), scopes);
        if (caller is { IsEntry: true, Server: { } only } && only != target.Server)
        {
            throw new OAuthException("invalid_target", "resource: the subject token leads to another server only.");
        }

        // A delegate never gains.
        if (scopes.Except(subject.Scopes, StringComparer.Ordinal).Any())
        {
            throw new OAuthException("invalid_scope", "scope: is not within the subject token's scope.");
        }

        if (subject.Actors.Depth >= ActorChain.MaxDepth)
        {
            throw new OAuthException("invalid_request", $"The actor chain is {ActorChain.MaxDepth} deep; one more would exceed the limit.");
        }

        return new(subject, caller, target, scopes);
    }

    private async Task<(AccessToken Subject, MeshResource Caller)> ReadDelegationAsync(OAuthForm form, string? appId,
        CancellationToken cancellationToken)
    {
        var found = await delegations.FindAsync(form.Require("subject_token"), cancellationToken);
        // A handle is worth something only to the app that it was given to, and nobody else learns whether there is one.
        return found is not null && resources.Find(found.Audience) is { AppId: { } owner } resource
            && string.Equals(owner, appId, StringComparison.Ordinal)
                ? await CheckRevokedAsync(found.ToToken(), resource, cancellationToken)
                : throw new OAuthException("invalid_request", "subject_token: is no delegation that this caller may use.");
    }

    private async Task<(AccessToken Subject, MeshResource Caller)> CheckRevokedAsync(
        AccessToken token, MeshResource resource, CancellationToken cancellationToken) =>
        await revoked.IsRevokedAsync(token.TokenId, cancellationToken)
            ? throw new OAuthException("invalid_request", "subject_token: was revoked.")
            : (token, resource);
}
