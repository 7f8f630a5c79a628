using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using McpMesh.Samples.Agent;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>A sign-in by authorization code, written out so that a test sees both tokens of it.</summary>
internal sealed record CodeSignIn(string AccessToken, string RefreshToken)
{
    private const string RedirectUri = "http://127.0.0.1:33422/callback";

    public static async Task<CodeSignIn> AsAsync(RunningMesh mesh, string username, string password, string? scope = null)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var resource = WebUtility.UrlEncode(new Uri(mesh.Gateway, "/mcp").AbsoluteUri);
        using var browser = new FormBrowser(username, password);
        var landed = await browser.VisitAsync(
            new Uri(mesh.TokenExchange, "/authorize?response_type=code&client_id=sample-agent&state=s&code_challenge_method=S256" +
                $"&redirect_uri={WebUtility.UrlEncode(RedirectUri)}&code_challenge={challenge}&resource={resource}" +
                (scope is null ? "" : $"&scope={WebUtility.UrlEncode(scope)}")),
            new Uri(RedirectUri),
            CancellationToken.None);
        var answer = HttpUtility.ParseQueryString(landed.Query);
        Assert.Null(answer["error"]);
        using var http = new HttpClient();
        using var response = await http.PostAsync(
            new Uri(mesh.TokenExchange, "/token"), new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["client_id"] = "sample-agent",
                ["code"] = answer["code"]!,
                ["redirect_uri"] = RedirectUri,
                ["code_verifier"] = verifier,
            }));
        response.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return new(json.RootElement.GetProperty("access_token").GetString()!, json.RootElement.GetProperty("refresh_token").GetString()!);
    }

    /// <summary>A claim of the access token, which is opaque to agents but not to tests.</summary>
    public string Claim(string name)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(AccessToken.Split('.')[1]));
        return payload.RootElement.GetProperty(name).GetString()!;
    }
}
