using System.Net;
using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tests;

public sealed class SignInTests
{
    [Fact]
    public async Task A_user_who_posts_the_form_gets_tokens_that_say_who_when_and_how()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var callback = Browser.Callback(await idp.OpenBrowser().SignInAsync(app.AuthorizeAddress(), "dana", "dana-password"));
        Assert.Equal(("state-1", RunningIdp.Issuer), (callback["state"], callback["iss"]));

        var tokens = (await app.RedeemAsync(callback["code"])).Granted();
        var verified = JsonWebSignature.Verify(tokens["id_token"]!.GetValue<string>(), await idp.KeysAsync(), JwsPolicy.Es256("JWT"));
        var claims = JwtClaims.Read(verified.Payload, out _)!;
        Assert.Equal((RunningIdp.Issuer, "u-dana", "app"), (claims.Issuer, claims.Subject, claims.Audience));
        Assert.Equal(["engineering"], claims.Texts("groups").AsEnumerable());
        Assert.Equal(["pwd"], claims.Texts("amr").AsEnumerable());
        Assert.Equal(("nonce-1", "dana@shop.example"), (claims.Text("nonce"), claims.Text("email")));
        Assert.Equal(idp.Time.GetUtcNow(), claims.AuthenticatedAt);
        Assert.Equal(idp.Time.GetUtcNow() + TimeSpan.FromHours(1), claims.ExpiresAt);
        Assert.All(["acr", "sid", "jti"], name => Assert.NotNull(claims.Text(name)));
    }

    [Fact]
    public async Task The_second_client_gets_its_code_without_a_second_login_and_the_same_session()
    {
        await using var idp = await RunningIdp.StartAsync();
        var browser = idp.OpenBrowser();
        var first = await new RelyingParty(idp).SignInAsync(browser: browser);
        var other = new RelyingParty(idp, "other", "other-secret");
        var code = Browser.Callback(await browser.OpenAsync(other.AuthorizeAddress()))["code"];
        var second = (await other.RedeemAsync(code)).Granted();
        Assert.Equal(Claim(first, "sid"), Claim(second, "sid"));
    }

    [Fact]
    public async Task Prompt_max_age_and_login_hint_ask_for_a_login_although_there_is_a_session()
    {
        await using var idp = await RunningIdp.StartAsync();
        var (browser, app) = (idp.OpenBrowser(), new RelyingParty(idp));
        await app.SignInAsync(browser: browser);
        idp.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(app.AuthorizeAddress(("prompt", "login")))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(app.AuthorizeAddress(("max_age", "60")))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(app.AuthorizeAddress(("login_hint", "sam")))).StatusCode);
        Browser.Callback(await browser.OpenAsync(app.AuthorizeAddress(("max_age", "3600"), ("login_hint", "dana"), ("prompt", "none"))));
    }

    [Fact]
    public async Task A_second_login_in_the_same_browser_takes_the_place_of_the_first()
    {
        await using var idp = await RunningIdp.StartAsync();
        var (browser, app) = (idp.OpenBrowser(), new RelyingParty(idp));
        await app.SignInAsync(browser: browser);
        Browser.Callback(await browser.SignInAsync(app.AuthorizeAddress(("prompt", "login")), "sam", "sam-password"));
        var tokens = (await app.RedeemAsync(Browser.Callback(await browser.OpenAsync(app.AuthorizeAddress()))["code"])).Granted();
        Assert.Equal("u-sam", Claim(tokens, "sub"));
    }

    [Fact]
    public async Task Prompt_none_without_a_session_is_login_required()
    {
        await using var idp = await RunningIdp.StartAsync();
        var callback = Browser.Callback(await idp.OpenBrowser().OpenAsync(new RelyingParty(idp).AuthorizeAddress(("prompt", "none"))));
        Assert.Equal(("login_required", "state-1", RunningIdp.Issuer), (callback["error"], callback["state"], callback["iss"]));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer()
    {
        await using var idp = await RunningIdp.StartAsync();
        var address = new RelyingParty(idp).AuthorizeAddress();
        var pages = new List<string>();
        foreach (var name in new[] { "dana", "nobody" })
        {
            var answer = await idp.OpenBrowser().SignInAsync(address, name, "wrong");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var html = await answer.Content.ReadAsStringAsync();
            string[] own = [Browser.Csrf(html), $"value=\"{name}\""];
            pages.Add(own.Aggregate(html, (page, text) => page.Replace(text, "", StringComparison.Ordinal)));
        }

        Assert.Contains("Wrong username or password.", pages[0], StringComparison.Ordinal);
        Assert.Equal(pages[0], pages[1]);
    }

    [Theory]
    [InlineData("dana")]
    [InlineData("nobody")]
    public async Task Guessing_is_slowed_down_for_every_name_and_the_wait_is_bounded(string name)
    {
        await using var idp = await RunningIdp.StartAsync();
        var (address, browser) = (new RelyingParty(idp).AuthorizeAddress(), idp.OpenBrowser());
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync(address, name, "wrong")).StatusCode);

        var slowed = await browser.SignInAsync(address, name, $"{name}-password");
        Assert.Equal(HttpStatusCode.TooManyRequests, slowed.StatusCode);
        Assert.NotNull(slowed.Headers.RetryAfter);

        idp.Time.Advance(TimeSpan.FromSeconds(61));
        var expected = name == "dana" ? HttpStatusCode.SeeOther : HttpStatusCode.BadRequest;
        Assert.Equal(expected, (await browser.SignInAsync(address, name, $"{name}-password")).StatusCode);
    }

    [Fact]
    public async Task A_form_that_was_not_shown_to_this_browser_is_refused()
    {
        await using var idp = await RunningIdp.StartAsync();
        var address = new RelyingParty(idp).AuthorizeAddress();
        var html = await (await idp.OpenBrowser().OpenAsync(address)).Content.ReadAsStringAsync();
        var form = new Dictionary<string, string> { ["csrf"] = Browser.Csrf(html), ["username"] = "dana", ["password"] = "dana-password" };
        Assert.Equal(HttpStatusCode.Forbidden, (await idp.OpenBrowser().PostAsync(address, form)).StatusCode);
    }

    [Fact]
    public async Task What_a_caller_sends_is_shown_as_text_not_as_markup()
    {
        await using var idp = await RunningIdp.StartAsync();
        var address = new RelyingParty(idp).AuthorizeAddress(("login_hint", "\"><script>alert(1)</script>"));
        var page = await idp.OpenBrowser().OpenAsync(address);
        Assert.DoesNotContain("<script", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("request", "a.b.c", "request_not_supported")]
    [InlineData("max_age", "-1", "invalid_request")]
    public async Task A_request_that_breaks_a_rule_goes_back_to_the_client_as_an_error(string name, string? value, string error)
    {
        await using var idp = await RunningIdp.StartAsync();
        var callback = Browser.Callback(await idp.OpenBrowser().OpenAsync(new RelyingParty(idp).AuthorizeAddress((name, value))));
        Assert.Equal((error, RunningIdp.Issuer), (callback["error"], callback["iss"]));
        Assert.False(callback.ContainsKey("code"));
    }

    [Theory]
    [InlineData("client_id", "unknown")]
    [InlineData("client_id", null)]
    [InlineData("redirect_uri", "https://evil.example.test/callback")]
    [InlineData("redirect_uri", TestDirectory.Callback + "/")]
    [InlineData("redirect_uri", null)]
    public async Task Nobody_is_redirected_to_an_address_that_is_not_registered(string name, string? value)
    {
        await using var idp = await RunningIdp.StartAsync();
        var answer = await idp.OpenBrowser().OpenAsync(new RelyingParty(idp).AuthorizeAddress((name, value)));
        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
    }

    [Theory]
    [InlineData("http://127.0.0.1:51234/callback", true)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("http://127.0.0.1:51234/other", false)]
    [InlineData("http://127.0.0.1:80@evil.example/callback", false)]
    [InlineData("http://127.0.0.1.evil.example/callback", false)]
    [InlineData("http://127.0.0.1:99999/callback", false)]
    [InlineData("http://127.0.0.1:/callback", false)]
    [InlineData("http://localhost:51234/callback", false)]
    [InlineData("http://127.0.0.1:51234/callback#x", false)]
    public async Task A_loopback_address_registered_without_port_matches_any_port_and_nothing_else(string redirectUri, bool matches)
    {
        await using var idp = await RunningIdp.StartAsync();
        var native = new RelyingParty(idp, "native", null, redirectUri);
        var answer = await idp.OpenBrowser().OpenAsync(native.AuthorizeAddress());
        Assert.Equal(matches ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task After_signing_out_the_session_is_gone_and_its_refresh_token_is_dead()
    {
        await using var idp = await RunningIdp.StartAsync();
        var (browser, app) = (idp.OpenBrowser(), new RelyingParty(idp));
        var tokens = await app.SignInAsync(browser: browser);
        var left = await browser.OpenAsync(
            $"/logout?id_token_hint={tokens["id_token"]}&post_logout_redirect_uri=https%3A%2F%2Fapp.example.test%2F&state=bye");
        Assert.Equal("https://app.example.test/?state=bye", left.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(app.AuthorizeAddress())).StatusCode);
        (await app.RefreshAsync(tokens["refresh_token"]!.GetValue<string>())).Refused("invalid_grant");
    }

    [Fact]
    public async Task Signing_out_without_proof_asks_first()
    {
        await using var idp = await RunningIdp.StartAsync();
        var (browser, app) = (idp.OpenBrowser(), new RelyingParty(idp));
        await app.SignInAsync(browser: browser);
        var question = await (await browser.OpenAsync("/logout")).Content.ReadAsStringAsync();
        Browser.Callback(await browser.OpenAsync(app.AuthorizeAddress()));

        await browser.PostAsync("/logout", new() { ["csrf"] = Browser.Csrf(question) });
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(app.AuthorizeAddress())).StatusCode);
    }

    private static string? Claim(JsonNode tokens, string name)
    {
        Base64Url.TryDecode(tokens["id_token"]!.GetValue<string>().Split('.')[1], out byte[] payload);
        return JsonNode.Parse(payload)![name]?.ToString();
    }
}
