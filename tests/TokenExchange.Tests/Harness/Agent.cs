using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.TokenExchange.Tests.Harness;

/// <summary>What an agent does at the mesh AS, parameter by parameter.</summary>
internal sealed class Agent(MeshServer server)
{
    public const string Verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789";
    public const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";
    public const string DelegationType = "urn:mcpmesh:params:oauth:token-type:delegation";
    public const string Redirect = "http://127.0.0.1:49152/callback";

    public static Dictionary<string, string?> AuthorizeParameters => new()
    {
        ["response_type"] = "code",
        ["client_id"] = "sample-agent",
        ["redirect_uri"] = Redirect,
        ["code_challenge"] = MeshServer.Challenge(Verifier),
        ["code_challenge_method"] = "S256",
        ["resource"] = MeshServer.Gateway,
        ["scope"] = "logs.read analytics.query incidents.summary.post",
        ["state"] = "agent-state",
    };

    public static Uri AuthorizeUri(Dictionary<string, string?> parameters) =>
        new(QueryHelpers.AddQueryString($"{MeshServer.Issuer}/authorize", parameters.Where(p => p.Value is not null)!));

    /// <summary>Signs in; what the agent's redirect received.</summary>
    public async Task<Dictionary<string, string>> SignInAsync(Dictionary<string, string?>? parameters = null)
    {
        using var response = await server.NewBrowser().OpenAsync(AuthorizeUri(parameters ?? AuthorizeParameters));
        return Query(response.Headers.Location!);
    }

    public async Task<JsonObject> GetTokensAsync()
    {
        var answer = await SignInAsync();
        var (status, body) = await TokenAsync(CodeForm(answer["code"]));
        Assert.Equal(200, status);
        return body;
    }

    public static Dictionary<string, string> CodeForm(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = "sample-agent",
        ["code"] = code,
        ["redirect_uri"] = Redirect,
        ["code_verifier"] = Verifier,
        ["resource"] = MeshServer.Gateway,
    };

    public static Dictionary<string, string> RefreshForm(JsonObject tokens) => new()
    {
        ["grant_type"] = "refresh_token",
        ["client_id"] = "sample-agent",
        ["refresh_token"] = (string)tokens["refresh_token"]!,
    };

    public static Dictionary<string, string> IdJagForm(string assertion) => new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ["assertion"] = assertion,
    };

    public async Task<(int Status, JsonObject Body)> TokenAsync(Dictionary<string, string> form, string? basic = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = new FormUrlEncodedContent(form) };
        if (basic is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        }
        return await SendAsync(request);
    }

    /// <summary>Presents an ID-JAG as the enterprise-managed agent.</summary>
    public Task<(int Status, JsonObject Body)> PresentAsync(string assertion, Dictionary<string, string>? more = null)
    {
        var form = IdJagForm(assertion);
        foreach (var (name, value) in more ?? []) form[name] = value;
        return TokenAsync(form, "ema-agent:ema%20secret");
    }

    public Task<(int Status, JsonObject Body)> HopAsync(
        string caller, string subjectToken, string resource, string scope, string? appToken = MeshServer.AppToken,
        string type = AccessTokenType) => ThroughSidecarAsync("/hop", caller, appToken, new()
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = subjectToken,
            ["subject_token_type"] = type,
            ["resource"] = resource,
            ["scope"] = scope,
        });

    public Task<(int Status, JsonObject Body)> DelegateAsync(
        string caller, string subjectToken, string? appToken = MeshServer.AppToken, string type = AccessTokenType) =>
        ThroughSidecarAsync("/delegation", caller, appToken, new()
        {
            ["subject_token"] = subjectToken,
            ["subject_token_type"] = type,
        });

    private Task<(int Status, JsonObject Body)> ThroughSidecarAsync(
        string path, string caller, string? appToken, Dictionary<string, string> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("dapr-caller-app-id", caller);
        if (appToken is not null) request.Headers.Add("dapr-api-token", appToken);
        return SendAsync(request);
    }

    public static Dictionary<string, string> Query(Uri uri) =>
        QueryHelpers.ParseQuery(uri.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());

    public static JsonObject Claims(string compact)
    {
        Assert.True(McpMesh.Identity.Jose.Base64Url.TryDecode(compact.Split('.')[1], out var payload));
        return JsonNode.Parse(payload)!.AsObject();
    }

    public static JsonObject Claims(JsonObject tokens) => Claims((string)tokens["access_token"]!);

    private async Task<(int Status, JsonObject Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length > 0 ? JsonNode.Parse(text)!.AsObject() : []);
    }
}
