using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using McpMesh.Configuration;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tests;

public sealed class PublicFaceTests
{
    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task Discovery_states_what_is_true(string address)
    {
        await using var idp = await RunningIdp.StartAsync();
        var metadata = JsonNode.Parse(await idp.Http.GetStringAsync(address))!;
        Assert.Equal(RunningIdp.Issuer, metadata["issuer"]!.GetValue<string>());
        Assert.Equal($"{RunningIdp.Issuer}/token", metadata["token_endpoint"]!.GetValue<string>());
        Assert.Equal("[\"S256\"]", metadata["code_challenge_methods_supported"]!.ToJsonString());
        Assert.True(metadata["authorization_response_iss_parameter_supported"]!.GetValue<bool>());
        Assert.Equal(
            "[\"urn:ietf:params:oauth:token-type:id-jag\"]", metadata["identity_chaining_requested_token_types_supported"]!.ToJsonString());
        foreach (var endpoint in new[] { "authorization_endpoint", "jwks_uri", "end_session_endpoint", "userinfo_endpoint" })
        {
            var answer = await idp.Http.GetAsync(metadata[endpoint]!.GetValue<string>());
            Assert.NotEqual(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_retired_key_stays_published_until_its_last_token_has_expired_and_over_a_restart()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var old = (await app.SignInAsync())["id_token"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.OK, (await RotateAsync(idp, RunningIdp.AdminToken)).StatusCode);
        var fresh = (await app.SignInAsync())["id_token"]!.GetValue<string>();

        await idp.RestartAsync();
        idp.Time.Advance(TimeSpan.FromMinutes(59));
        var keys = await idp.KeysAsync();
        Assert.Equal(2, keys.Keys.Length);
        Assert.All([old, fresh], token => Assert.True(JsonWebSignature.Verify(token, keys, JwsPolicy.Es256("JWT")).IsValid));
        (await app.ExchangeAsync(old)).Granted();

        idp.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Single((await idp.KeysAsync()).Keys);
        Assert.False(JsonWebSignature.Verify(old, await idp.KeysAsync(), JwsPolicy.Es256("JWT")).IsValid);
    }

    [Fact]
    public async Task Rotation_needs_the_administrators_token()
    {
        await using var idp = await RunningIdp.StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await RotateAsync(idp, "wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await RotateAsync(idp, null)).StatusCode);
        var forwarded = await RotateAsync(idp, RunningIdp.AdminToken, ("X-Forwarded-For", "203.0.113.7"));
        Assert.Equal(HttpStatusCode.Forbidden, forwarded.StatusCode);
        Assert.Single((await idp.KeysAsync()).Keys);
    }

    [Theory]
    [InlineData("idp.example.test", HttpStatusCode.OK)]
    [InlineData("localhost:1234", HttpStatusCode.OK)]
    [InlineData("evil.example.test", HttpStatusCode.MisdirectedRequest)]
    public async Task Only_the_issuers_host_and_loopback_names_are_answered(string host, HttpStatusCode expected)
    {
        await using var idp = await RunningIdp.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration");
        request.Headers.Host = host;
        Assert.Equal(expected, (await idp.Http.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_is_answered(string address)
    {
        await using var idp = await RunningIdp.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await idp.Http.GetAsync(address)).StatusCode);
    }

    [Theory]
    [InlineData("issuer: http://idp.example.test", "issuer: http://idp.example.test/path", "issuer")]
    [InlineData("id: u-sam", "id: u-dana", "users[1].id")]
    [InlineData("username: sam", "username: DANA", "users[1].username")]
    [InlineData("- client: app", "- client: nobody", "crossAppAccess[0].client")]
    [InlineData("{ id: native", "{ id: native, jwks: '{}'", "clients[2].jwks")]
    [InlineData("idJagLifetime: 5m", "idJagLifetime: 0s", "idJagLifetime")]
    [InlineData("id: u-sam", "id: u-sam, role: sre", "users[1].role")]
    public async Task A_configuration_that_breaks_a_rule_does_not_start_and_names_the_field(string text, string replacement, string field)
    {
        var yaml = TestDirectory.Yaml().Replace(text, replacement, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<MeshConfigurationException>(async () => await RunningIdp.StartAsync(yaml));
        Assert.Equal(field, Assert.Single(error.Errors).Field);
    }

    private static async Task<HttpResponseMessage> RotateAsync(RunningIdp idp, string? token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/rotate-keys");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await idp.Http.SendAsync(request);
    }
}
