using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.DevIdp.Tests;

/// <summary>A client application: asks for codes and redeems them.</summary>
internal sealed class RelyingParty(
    RunningIdp idp, string id = "app", string? secret = "app:secret/1", string callback = TestDirectory.Callback)
{
    public string Verifier { get; init; } = Base64Url.Encode(RandomNumberGenerator.GetBytes(32));

    public string Id => id;

    public string AuthorizeAddress(params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = id,
            ["redirect_uri"] = callback,
            ["response_type"] = "code",
            ["scope"] = "openid profile email offline_access",
            ["state"] = "state-1",
            ["nonce"] = "nonce-1",
            ["code_challenge"] = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes) query[name] = value;
        return QueryHelpers.AddQueryString("/authorize", query.Where(p => p.Value is not null));
    }

    public async Task<string> GetCodeAsync(string username = "dana", Browser? browser = null) =>
        Browser.Callback(await (browser ?? idp.OpenBrowser()).SignInAsync(AuthorizeAddress(), username, $"{username}-password"))["code"];

    public Task<TokenAnswer> RedeemAsync(string code, string? verifier = null) => AskAsync(
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback), ("code_verifier", verifier ?? Verifier));

    public async Task<JsonNode> SignInAsync(string username = "dana", Browser? browser = null) =>
        (await RedeemAsync(await GetCodeAsync(username, browser))).Granted();

    public Task<TokenAnswer> RefreshAsync(string token) => AskAsync(("grant_type", "refresh_token"), ("refresh_token", token));

    public Task<TokenAnswer> ExchangeAsync(
        string subject, string resource = TestDirectory.Gateway, string? scope = "logs.read", string type = "id_token",
        string audience = TestDirectory.Audience) => AskAsync(
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:id-jag"),
        ("audience", audience), ("resource", resource), ("scope", scope),
        ("subject_token", subject), ("subject_token_type", $"urn:ietf:params:oauth:token-type:{type}"));

    /// <summary>Asks the token endpoint, authenticated by <c>client_secret_basic</c>, or as a public client.</summary>
    public async Task<TokenAnswer> AskAsync(params (string Name, string? Value)[] parameters)
    {
        var form = parameters.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value!)).ToList();
        if (secret is null) form.Add(KeyValuePair.Create("client_id", id));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = new FormUrlEncodedContent(form) };
        if (secret is not null)
        {
            var pair = $"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }

        return await TokenAnswer.ReadAsync(await idp.Http.SendAsync(request));
    }
}
