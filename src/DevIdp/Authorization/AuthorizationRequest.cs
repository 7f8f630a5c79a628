using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using McpMesh.DevIdp.Clients;
using McpMesh.DevIdp.Hosting;

namespace McpMesh.DevIdp.Authorization;

/// <summary>A request for a code, checked (OIDC Core section 3.1.2.1, RFC 7636).</summary>
internal sealed partial record AuthorizationRequest
{
    public static ImmutableArray<string> SupportedScopes { get; } = ["openid", "profile", "email", "groups", "offline_access"];

    public required Client Client { get; init; }

    public required string RedirectUri { get; init; }

    /// <summary>The known ones of the scopes asked for.</summary>
    public required string Scope { get; init; }

    public required string CodeChallenge { get; init; }

    public string? Nonce { get; init; }

    public string? Prompt { get; init; }

    public string? LoginHint { get; init; }

    public TimeSpan? MaxAge { get; init; }

    /// <summary>Reads what is left once client and redirect URI are known to belong together.</summary>
    /// <exception cref="OAuthException">A parameter breaks a rule; the client is told by redirect.</exception>
    public static AuthorizationRequest Read(OAuthParameters query, Client client, string redirectUri)
    {
        if (query["request"] is not null) throw new OAuthException("request_not_supported", "request: is not supported.");
        if (query["request_uri"] is not null) throw new OAuthException("request_uri_not_supported", "request_uri: is not supported.");
        if (query.Required("response_type") != "code") throw new OAuthException("unsupported_response_type", "Must be code.");
        if (query["response_mode"] is not (null or "query")) throw new OAuthException("invalid_request", "response_mode: must be query.");
        if (query["code_challenge_method"] != "S256") throw new OAuthException("invalid_request", "code_challenge_method: must be S256.");
        var challenge = query.Required("code_challenge");
        if (!Challenge().IsMatch(challenge)) throw new OAuthException("invalid_request", "code_challenge: must be an S256 hash.");
        var asked = query.Required("scope").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!asked.Contains("openid")) throw new OAuthException("invalid_scope", "scope: must contain openid.");
        if (query["nonce"] is { Length: > 512 }) throw new OAuthException("invalid_request", "nonce: is too long.");
        return new AuthorizationRequest
        {
            Client = client,
            RedirectUri = redirectUri,
            Scope = string.Join(' ', SupportedScopes.Where(asked.Contains)),
            CodeChallenge = challenge,
            Nonce = query["nonce"],
            Prompt = query["prompt"],
            LoginHint = query["login_hint"],
            MaxAge = ReadMaxAge(query["max_age"]),
        };
    }

    public bool HasPrompt(string value) => Prompt?.Split(' ').Contains(value) ?? false;

    private static TimeSpan? ReadMaxAge(string? value)
    {
        if (value is null) return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw new OAuthException("invalid_request", "max_age: must be a number of seconds.");
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{43}$")]
    private static partial Regex Challenge();
}
