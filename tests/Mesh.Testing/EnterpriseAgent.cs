using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using McpMesh.Samples.Agent;

namespace McpMesh.Testing;

/// <summary>
/// An agent by Enterprise-Managed Authorization, written out step by step over plain HTTP: sign-in at the IdP, ID token → ID-JAG, ID-JAG →
/// access token. It never touches the sign-in pages of the mesh AS, so the mesh AS holds no session for its user.
/// </summary>
public sealed class EnterpriseAgent(RunningMesh mesh) : IDisposable
{
    private const string RedirectUri = "http://127.0.0.1:33421/callback";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>The access token for <paramref name="resource"/>.</summary>
    public async Task<string> AccessTokenAsync(string username, string password, string resource, string scope)
    {
        var idToken = await IdTokenAsync(username, password);
        return await RedeemAsync(await IdJagAsync(idToken, resource, scope));
    }

    /// <summary>An ID-JAG for <paramref name="resource"/> at the mesh AS.</summary>
    public async Task<string> IdJagAsync(string idToken, string resource, string scope) => await TokenAsync(
        mesh.Idp, "ema-agent-idp", mesh.Secret("ema-idp-secret"), new()
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["requested_token_type"] = "urn:ietf:params:oauth:token-type:id-jag",
            ["audience"] = mesh.TokenExchange.GetLeftPart(UriPartial.Authority),
            ["resource"] = resource,
            ["scope"] = scope,
            ["subject_token"] = idToken,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:id_token",
        }, "access_token");

    /// <summary>Signs in at the IdP as the agent's own client.</summary>
    public async Task<string> IdTokenAsync(string username, string password)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        using var browser = new FormBrowser(username, password);
        var landed = await browser.VisitAsync(
            new Uri(mesh.Idp, $"/authorize?response_type=code&client_id=ema-agent-idp&redirect_uri={WebUtility.UrlEncode(RedirectUri)}" +
                $"&scope=openid%20groups&state=s&nonce=n&code_challenge={challenge}&code_challenge_method=S256"),
            new Uri(RedirectUri),
            CancellationToken.None);
        return await TokenAsync(mesh.Idp, "ema-agent-idp", mesh.Secret("ema-idp-secret"), new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = HttpUtility.ParseQueryString(landed.Query)["code"]!,
            ["redirect_uri"] = RedirectUri,
            ["code_verifier"] = verifier,
        }, "id_token");
    }

    /// <summary>Redeems an ID-JAG at the mesh AS.</summary>
    public Task<string> RedeemAsync(string idJag) => TokenAsync(mesh.TokenExchange, "ema-agent", mesh.Secret("ema-agent-secret"), new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ["assertion"] = idJag,
    }, "access_token");

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<string> TokenAsync(Uri issuer, string clientId, string secret, Dictionary<string, string> form, string wanted)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, new Uri(issuer, "/token")) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"{issuer}token answered {(int)response.StatusCode}: {body}");
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty(wanted).GetString()!;
    }
}
