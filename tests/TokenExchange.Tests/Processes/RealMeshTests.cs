using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using McpMesh.TokenExchange.Tests.Harness;
using Microsoft.AspNetCore.WebUtilities;

namespace McpMesh.TokenExchange.Tests.Processes;

/// <summary>The whole way of a token through real processes: login form, ID-JAG, hop through two sidecars, state in SQLite.</summary>
public sealed partial class RealMeshTests : IAsyncLifetime
{
    private const string Redirect = "http://127.0.0.1:50001/callback";
    private const string Gateway = "http://127.0.0.1:8080/mcp";

    private RealMesh _mesh = null!;

    public async Task InitializeAsync() => _mesh = await RealMesh.StartAsync();

    public async Task DisposeAsync() => await _mesh.DisposeAsync();

    [Fact]
    public async Task A_user_signs_in_and_the_agents_call_gets_a_token_for_every_hop()
    {
        var tokens = await SignInAsync("dana", "dana-dev-password", Gateway);
        var first = Agent.Claims(tokens);
        Assert.Equal("u-dana", (string?)first["sub"]);
        Assert.Equal("engineering", (string?)first["groups"]![0]);

        var (status, hop) = await HopAsync((string)tokens["access_token"]!, MeshServer.Logs, "logs.read");
        Assert.True(status == 200, $"{hop} {_mesh.Output}");
        var second = Agent.Claims(hop);
        Assert.Equal(MeshServer.Logs, (string?)second["aud"]);
        Assert.Equal((string?)first["txn"], (string?)second["txn"]);
        Assert.Equal("""{"sub":"gateway","act":{"sub":"sample-agent"}}""", second["act"]!.ToJsonString());
        Assert.NotEqual((string?)first["grant"]!["jti"], (string?)second["grant"]!["jti"]);

        // The token of this hop opens nothing at the next: the gateway is not its audience.
        var (refused, body) = await HopAsync((string)hop["access_token"]!, MeshServer.Analytics, "analytics.query");
        Assert.Equal(403, refused);
        Assert.Equal("unauthorized_client", (string?)body["error"]);

        var (_, renewed) = await PostAsync(new Uri(_mesh.AsUrl, "/token"), new()
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = "sample-agent",
            ["refresh_token"] = (string)tokens["refresh_token"]!,
        });
        Assert.Equal((string?)first["txn"], (string?)Agent.Claims(renewed)["txn"]);
        Assert.DoesNotContain((string)tokens["access_token"]!, _mesh.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delegation_yields_a_hop_token_and_the_state_file_holds_neither_token_nor_handle()
    {
        var tokens = await SignInAsync("dana", "dana-dev-password", Gateway);
        var token = (string)tokens["access_token"]!;
        var (status, body) = await PostAsync(new Uri(_mesh.CallerUrl, "/v1.0/invoke/token-exchange/method/delegation"), new()
        {
            ["subject_token"] = token,
            ["subject_token_type"] = Agent.AccessTokenType,
        });
        Assert.True(status == 200, $"{body} {_mesh.Output}");
        var handle = (string)body["delegation"]!;
        var (hopStatus, hop) = await HopAsync(handle, MeshServer.Logs, "logs.read", Agent.DelegationType);
        Assert.True(hopStatus == 200, $"{hop} {_mesh.Output}");
        Assert.Equal((string?)Agent.Claims(tokens)["txn"], (string?)Agent.Claims(hop)["txn"]);
        var state = _mesh.ReadState();
        Assert.Contains("delegation:", state, StringComparison.Ordinal);
        foreach (var secret in new[] { token, (string)hop["access_token"]!, handle })
        {
            Assert.DoesNotContain(secret, state, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, _mesh.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_for_the_path_of_one_server_is_granted_too()
    {
        var tokens = await SignInAsync("sam", "sam-dev-password", $"{Gateway}/logs");
        Assert.Equal("logs.debug.write logs.read", (string?)tokens["scope"]);
    }

    private async Task<JsonObject> SignInAsync(string user, string password, string resource)
    {
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        var address = new Uri(QueryHelpers.AddQueryString(new Uri(_mesh.AsUrl, "/authorize").AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = "sample-agent",
            ["redirect_uri"] = Redirect,
            ["code_challenge"] = MeshServer.Challenge(Agent.Verifier),
            ["code_challenge_method"] = "S256",
            ["resource"] = resource,
            ["state"] = "s",
        }));
        while (!address.AbsoluteUri.StartsWith(Redirect, StringComparison.Ordinal))
        {
            using var response = await http.GetAsync(address);
            if (response.Headers.Location is { } next)
            {
                address = new Uri(address, next);
                continue;
            }

            var page = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{page} {_mesh.Output}");
            using var form = new FormUrlEncodedContent([new("username", user), new("password", password), new("csrf",
                CsrfField().Match(page).Groups[1].Value)]);
            using var signedIn = await http.PostAsync(address, form);
            Assert.True(signedIn.Headers.Location is not null, await signedIn.Content.ReadAsStringAsync());
            address = new Uri(address, signedIn.Headers.Location!);
        }

        var answer = Agent.Query(address);
        Assert.True(answer.ContainsKey("code"), $"{address} {_mesh.Output}");
        var (status, tokens) = await PostAsync(new Uri(_mesh.AsUrl, "/token"), new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = "sample-agent",
            ["code"] = answer["code"],
            ["redirect_uri"] = Redirect,
            ["code_verifier"] = Agent.Verifier,
            ["resource"] = resource,
        });
        Assert.True(status == 200, $"{tokens} {_mesh.Output}");
        return tokens;
    }

    private Task<(int Status, JsonObject Body)> HopAsync(
        string subjectToken, string resource, string scope, string type = Agent.AccessTokenType) => PostAsync(
        new Uri(_mesh.CallerUrl, "/v1.0/invoke/token-exchange/method/hop"),
        new()
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = subjectToken,
            ["subject_token_type"] = type,
            ["resource"] = resource,
            ["scope"] = scope,
        });

    private async Task<(int Status, JsonObject Body)> PostAsync(Uri address, Dictionary<string, string> form)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("dapr-api-token", _mesh.DaprToken);
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(address, content);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, JsonNode.Parse(text)!.AsObject());
    }

    [GeneratedRegex("name=\"csrf\" value=\"([^\"]+)\"")]
    private static partial Regex CsrfField();
}
