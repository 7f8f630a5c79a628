using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Gateway.Authentication;
using McpMesh.Gateway.Durable;
using McpMesh.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.Gateway.Approvals.Page;

/// <summary>
/// Signs a person in at the mesh's authorization server: authorization code with PKCE, as the public client <c>approvals-page</c>. Tokens
/// stay in this process and go with the request; the browser gets a random cookie.
/// </summary>
internal sealed class PageSignIn(
    CallStore store, PageCookies cookies, IAccessTokenValidator validator, ResourceIdentifiers resources, IHttpClientFactory clients,
    MeshConfiguration mesh, TimeProvider time)
{
    public const string ClientId = "approvals-page";
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly string _issuer = mesh.Identity.Issuer.OriginalString.TrimEnd('/');
    private readonly string _callback = mesh.Gateway.PublicUrl.AbsoluteUri.TrimEnd('/') + "/approvals/callback";

    /// <summary>Whether mesh.yaml has the client.</summary>
    public bool IsPossible { get; } = mesh.Clients.Any(client => client.Id == ClientId);

    /// <summary>Who the browser's cookie stands for; null when it must sign in.</summary>
    public async Task<PageSession?> FindAsync(HttpContext http)
    {
        if (cookies.SessionOf(http) is not { Length: > 0 and <= 128 } secret) return null;
        var session = await store.FindAsync<PageSession>(SessionKeyOf(secret), http.RequestAborted);
        return session is not null && time.GetUtcNow() < session.Approver.ExpiresAt ? session : null;
    }

    /// <summary>Where the browser signs in.</summary>
    public async Task<string> BeginAsync(HttpContext http, string approval)
    {
        var (state, browser, verifier) = (PageSecret.New(), PageSecret.New(), PageSecret.New());
        await store.SaveAsync(
            LoginKeyOf(state), new PageLogin(approval, verifier, PageSecret.HashOf(browser)), Longest, http.RequestAborted);
        cookies.SetLogin(http, state, browser);
        return QueryHelpers.AddQueryString(_issuer + "/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = ClientId,
            ["redirect_uri"] = _callback,
            ["resource"] = resources.Of(null).Identifier,
            ["state"] = state,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>The approval to go on with; null with the reason when nobody is signed in.</summary>
    public async Task<(string? Approval, string? Refusal)> EndAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (Single(query, "state") is not { Length: <= 128 } state
            || await store.TakeAsync<PageLogin>(LoginKeyOf(state), http.RequestAborted) is not { } login
            || cookies.TakeLogin(http, state) is not { } browser || !PageSecret.AreEqual(PageSecret.HashOf(browser), login.Browser))
        {
            return (null, "The sign-in was not begun in this browser, took too long, or is done already.");
        }

        // RFC 9207: an answer from another server than the one that was asked is a mix-up.
        if (!string.Equals(Single(query, "iss"), _issuer, StringComparison.Ordinal)) return (null, "The answer is not of this mesh.");
        if (Single(query, "code") is not { } code) return (null, "The authorization server did not sign you in.");
        if (await RedeemAsync(code, login.Verifier, http.RequestAborted) is not { } token) return (null, "The sign-in was not accepted.");
        var approver = Approver.Of(token);
        var (secret, life) = (PageSecret.New(), token.ExpiresAt - time.GetUtcNow());
        if (life <= TimeSpan.Zero) return (null, "The sign-in has ended already.");
        await store.SaveAsync(SessionKeyOf(secret), new PageSession(approver, PageSecret.New()), life, http.RequestAborted);
        cookies.SetSession(http, secret, life);
        return (login.Approval, null);
    }

    private async Task<AccessToken?> RedeemAsync(string code, string verifier, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(ClientId);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = ClientId,
            ["code"] = code,
            ["redirect_uri"] = _callback,
            ["code_verifier"] = verifier,
        });
        using var response = await http.PostAsync(new Uri(_issuer + "/token"), form, cancellationToken);
        if (!response.IsSuccessStatusCode) return null;
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (!answer.RootElement.TryGetProperty("access_token", out var compact) || compact.GetString() is not { } text) return null;
        return (await validator.ValidateAsync(text, resources.Of(null).Identifier, cancellationToken)).Token;
    }

    private static string? Single(IQueryCollection query, string name) =>
        query[name] is { Count: 1 } values && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    private static string LoginKeyOf(string state) => "approvals-login-" + PageSecret.HashOf(state);

    private static string SessionKeyOf(string secret) => "approvals-session-" + PageSecret.HashOf(secret);
}
