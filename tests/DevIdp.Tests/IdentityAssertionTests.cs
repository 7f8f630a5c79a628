using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tests;

public sealed class IdentityAssertionTests
{
    [Theory]
    [InlineData("id_token")]
    [InlineData("refresh_token")]
    public async Task The_clients_own_token_becomes_an_ID_JAG_for_one_audience_resource_and_scope(string kind)
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var tokens = await app.SignInAsync();
        var signedInAt = idp.Time.GetUtcNow();
        idp.Time.Advance(TimeSpan.FromMinutes(1));
        var answer = (await app.ExchangeAsync(tokens[kind]!.GetValue<string>(), scope: "logs.read analytics.query", type: kind)).Granted();

        Assert.Equal("urn:ietf:params:oauth:token-type:id-jag", answer["issued_token_type"]!.GetValue<string>());
        Assert.Equal(("N_A", 300), (answer["token_type"]!.GetValue<string>(), answer["expires_in"]!.GetValue<int>()));
        Assert.Null(answer["refresh_token"]);
        var compact = answer["access_token"]!.GetValue<string>();
        var verified = JsonWebSignature.Verify(compact, await idp.KeysAsync(), JwsPolicy.Es256("oauth-id-jag+jwt"));
        var claims = JwtClaims.Read(verified.Payload, out _)!;
        Assert.Equal((RunningIdp.Issuer, "u-dana", TestDirectory.Audience), (claims.Issuer, claims.Subject, claims.Audience));
        Assert.Equal(("app-at-as", "logs.read analytics.query"), (claims.ClientId, claims.Scope));
        Assert.Equal((TestDirectory.Gateway, "dana@shop.example"), (claims.Text("resource"), claims.Text("email")));
        Assert.Equal((idp.Time.GetUtcNow(), idp.Time.GetUtcNow() + TimeSpan.FromMinutes(5)), (claims.IssuedAt, claims.ExpiresAt));
        Assert.Equal(signedInAt, claims.AuthenticatedAt);
        Assert.Equal(["engineering"], claims.Texts("groups").AsEnumerable());
        Assert.Equal(["pwd"], claims.Texts("amr").AsEnumerable());
        Assert.NotNull(claims.Text("acr"));
        Assert.NotNull(claims.TokenId);
    }

    [Theory]
    [InlineData("logs.read cost.query", "logs.read")]
    [InlineData("logs.debug.write", "logs.debug.write")]
    [InlineData("logs.read logs.read", "logs.read")]
    [InlineData("analytics.query analytics.other", "analytics.query")]
    [InlineData(null, "analytics.query")]
    [InlineData("cost.query", null)]
    [InlineData("logs.*", null)]
    [InlineData("logs.", null)]
    [InlineData("logsx.read", null)]
    [InlineData("LOGS.READ", null)]
    public async Task The_scope_granted_is_what_is_asked_for_and_listed(string? requested, string? granted)
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var answer = await app.ExchangeAsync(await IdTokenAsync(app), scope: requested);
        if (granted is null) answer.Refused("invalid_scope");
        else Assert.Equal(granted, answer.Granted()["scope"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_resource_whose_list_has_only_patterns_needs_a_requested_scope()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        (await app.ExchangeAsync(await IdTokenAsync(app), TestDirectory.Analytics, scope: null)).Refused("invalid_scope");
    }

    [Theory]
    [InlineData(TestDirectory.Audience, "https://cost.example.test/mcp")]
    [InlineData(TestDirectory.Audience + "/", TestDirectory.Gateway)]
    [InlineData("https://foreign.example.test", TestDirectory.Gateway)]
    [InlineData(TestDirectory.Audience, TestDirectory.Gateway + "/")]
    public async Task A_pair_of_audience_and_resource_that_is_not_listed_is_refused(string audience, string resource)
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        (await app.ExchangeAsync(await IdTokenAsync(app), resource, audience: audience)).Refused("invalid_target");
    }

    [Fact]
    public async Task A_client_that_is_not_listed_gets_nothing_and_a_public_one_may_not_even_ask()
    {
        await using var idp = await RunningIdp.StartAsync();
        var other = new RelyingParty(idp, "other", "other-secret");
        (await other.ExchangeAsync(await IdTokenAsync(other))).Refused("invalid_target");
        var native = new RelyingParty(idp, "native", null, "http://127.0.0.1:4000/callback");
        (await native.ExchangeAsync(await IdTokenAsync(native))).Refused("unauthorized_client");
    }

    [Fact]
    public async Task A_subject_token_of_another_client_is_refused()
    {
        await using var idp = await RunningIdp.StartAsync();
        var other = await new RelyingParty(idp, "other", "other-secret").SignInAsync();
        foreach (var kind in new[] { "id_token", "refresh_token" })
            (await new RelyingParty(idp).ExchangeAsync(other[kind]!.GetValue<string>(), type: kind)).Refused("invalid_grant");
    }

    [Fact]
    public async Task An_access_token_or_an_ID_JAG_is_no_subject_token()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var tokens = await app.SignInAsync();
        var jag = (await app.ExchangeAsync(tokens["id_token"]!.GetValue<string>())).Granted()["access_token"]!.GetValue<string>();
        (await app.ExchangeAsync(jag)).Refused("invalid_grant");
        (await app.ExchangeAsync(tokens["access_token"]!.GetValue<string>())).Refused("invalid_grant");
        (await app.ExchangeAsync(tokens["access_token"]!.GetValue<string>(), type: "access_token")).Refused("invalid_request");
    }

    [Fact]
    public async Task A_subject_token_that_expired_or_that_somebody_else_signed_is_refused()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var token = await IdTokenAsync(app);
        Base64Url.TryDecode(token.Split('.')[1], out byte[] payload);
        (await app.ExchangeAsync(JsonWebSignature.Sign(payload, SigningKey.Generate(), "JWT"))).Refused("invalid_grant");
        var unsigned = $"{Base64Url.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}"u8)}.{token.Split('.')[1]}.";
        (await app.ExchangeAsync(unsigned)).Refused("invalid_grant");
        idp.Time.Advance(TimeSpan.FromHours(1));
        (await app.ExchangeAsync(token)).Refused("invalid_grant");
    }

    [Theory]
    [InlineData("id_token")]
    [InlineData("refresh_token")]
    public async Task A_user_who_was_removed_or_disabled_gets_no_assertion_whatever_the_token_says(string kind)
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var subject = (await app.SignInAsync())[kind]!.GetValue<string>();
        idp.Rewrite(TestDirectory.Yaml(TestDirectory.Dana.Replace("name: Dana", "disabled: true", StringComparison.Ordinal)));
        (await app.ExchangeAsync(subject, type: kind)).Refused("invalid_grant");
        idp.Rewrite(TestDirectory.Yaml(dana: ""));
        (await app.ExchangeAsync(subject, type: kind)).Refused("invalid_grant");
    }

    [Fact]
    public async Task A_group_that_was_taken_away_is_not_in_the_next_assertion()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var subject = await IdTokenAsync(app);
        idp.Rewrite(TestDirectory.Yaml(TestDirectory.Dana.Replace("[engineering]", "[]", StringComparison.Ordinal)));
        var jag = (await app.ExchangeAsync(subject)).Granted()["access_token"]!.GetValue<string>();
        Base64Url.TryDecode(jag.Split('.')[1], out byte[] payload);
        Assert.Empty(JsonNode.Parse(payload)!["groups"]!.AsArray());
    }

    [Fact]
    public async Task One_assertion_is_for_one_audience_and_one_resource()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        (await app.AskAsync(
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:id-jag"),
            ("audience", TestDirectory.Audience), ("resource", TestDirectory.Gateway), ("resource", TestDirectory.Analytics),
            ("subject_token", await IdTokenAsync(app)), ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")))
            .Refused("invalid_target");
    }

    private static async Task<string> IdTokenAsync(RelyingParty app) => (await app.SignInAsync())["id_token"]!.GetValue<string>();
}
