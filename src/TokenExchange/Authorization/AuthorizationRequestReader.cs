using System.Collections.Immutable;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange.Authorization;

/// <summary>Validates a request at <c>/authorize</c> (OAuth 2.1, PKCE, RFC 8707).</summary>
internal sealed class AuthorizationRequestReader(ClientRegistry clients, ResourceRegistry resources)
{
    private const int ChallengeLength = 43;
    private const int MaxState = 2048;

    /// <summary>Client and redirect: until these are known good, nothing may be sent to the redirect.</summary>
    /// <exception cref="OAuthException">To be shown to the person, never redirected.</exception>
    public (RegisteredClient Client, Uri Redirect) ReadTarget(string? clientId, string? redirectUri)
    {
        if (clients.Find(clientId) is not { } client || !client.MayUse(GrantType.AuthorizationCode))
        {
            throw new OAuthException("invalid_request", "The application that sent you here is not registered.");
        }

        return client.MatchRedirect(redirectUri ?? "") is { } redirect
            ? (client, redirect)
            : throw new OAuthException("invalid_request", "The application gave a return address that is not registered for it.");
    }

    /// <summary>Everything else.</summary>
    /// <exception cref="OAuthException">To be sent to the redirect.</exception>
    public AuthorizationRequest Read(OAuthForm form, RegisteredClient client, Uri redirect)
    {
        if (form.Require("response_type") != "code") throw new OAuthException("unsupported_response_type", "response_type: must be code.");
        if (form["response_mode"] is not (null or "query")) throw new OAuthException("invalid_request", "response_mode: must be query.");
        if (form["state"]?.Length > MaxState) throw new OAuthException("invalid_request", $"state: is longer than {MaxState} characters.");
        if (form["code_challenge_method"] != "S256") throw new OAuthException("invalid_request", "code_challenge_method: must be S256.");
        var challenge = form.Require("code_challenge");
        if (challenge.Length != ChallengeLength || !challenge.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new OAuthException("invalid_request", "code_challenge: must be a base64url SHA-256.");
        }

        if (form["resource"] is not { } identifier) throw new OAuthException("invalid_target", "resource: is required.");
        var resource = resources.RequireEntry(identifier);
        return new()
        {
            ClientId = client.Id,
            RedirectUri = redirect,
            RequestedRedirectUri = form.Require("redirect_uri"),
            State = form["state"],
            CodeChallenge = challenge,
            Resource = resource.Identifier,
            Scopes = Narrow(form["scope"], client, resource),
        };
    }

    /// <summary>What of a requested scope the client may have at the resource; all of it when none was requested.</summary>
    /// <exception cref="OAuthException"><c>invalid_scope</c> when nothing is left.</exception>
    public static ImmutableArray<string> Narrow(string? requested, RegisteredClient client, MeshResource resource)
    {
        var allowed = client.Allowed(resource.Scopes);
        if (requested is not null) allowed = [.. allowed.Intersect(ScopeSet.Parse(requested), StringComparer.Ordinal)];
        return allowed.IsEmpty ? throw new OAuthException("invalid_scope", "scope: nothing of it may be granted to this client.") : allowed;
    }
}
