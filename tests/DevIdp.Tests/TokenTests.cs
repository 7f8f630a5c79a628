using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace McpMesh.DevIdp.Tests;

public sealed class TokenTests
{
    [Fact]
    public async Task A_code_works_once_and_its_second_use_revokes_what_the_first_one_got()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var code = await app.GetCodeAsync();
        var tokens = (await app.RedeemAsync(code)).Granted();
        (await app.RedeemAsync(code)).Refused("invalid_grant");
        (await app.RefreshAsync(tokens["refresh_token"]!.GetValue<string>())).Refused("invalid_grant");
    }

    [Fact]
    public async Task Of_many_who_redeem_one_code_at_once_at_most_one_gets_tokens()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var code = await app.GetCodeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => app.RedeemAsync(code)));
        Assert.InRange(answers.Count(a => a.Status == HttpStatusCode.OK), 0, 1);
        foreach (var token in answers.Select(a => a.Body["refresh_token"]).OfType<JsonNode>())
            (await app.RefreshAsync(token.GetValue<string>())).Refused("invalid_grant");
    }

    [Fact]
    public async Task A_code_belongs_to_its_client_its_redirect_URI_and_its_verifier_and_lives_a_minute()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        (await new RelyingParty(idp, "other", "other-secret") { Verifier = app.Verifier }.RedeemAsync(await app.GetCodeAsync()))
            .Refused("invalid_grant");
        var elsewhere = new RelyingParty(idp, callback: "https://app.example.test/other") { Verifier = app.Verifier };
        (await elsewhere.RedeemAsync(await app.GetCodeAsync())).Refused("invalid_grant");
        (await app.RedeemAsync(await app.GetCodeAsync(), verifier: new string('x', 43))).Refused("invalid_grant");

        var late = await app.GetCodeAsync();
        idp.Time.Advance(TimeSpan.FromSeconds(61));
        (await app.RedeemAsync(late)).Refused("invalid_grant");
        (await app.RedeemAsync(await app.GetCodeAsync())).Granted();
    }

    [Fact]
    public async Task A_public_client_redeems_with_its_verifier_alone()
    {
        await using var idp = await RunningIdp.StartAsync();
        (await new RelyingParty(idp, "native", null, "http://127.0.0.1:4000/callback").SignInAsync())["id_token"]!.GetValue<string>();
    }

    [Fact]
    public async Task A_refresh_token_is_replaced_at_each_use_and_reuse_revokes_its_family()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var first = (await app.SignInAsync())["refresh_token"]!.GetValue<string>();
        var second = (await app.RefreshAsync(first)).Granted()["refresh_token"]!.GetValue<string>();
        Assert.NotEqual(first, second);

        (await app.RefreshAsync(first)).Refused("invalid_grant");
        (await app.RefreshAsync(second)).Refused("invalid_grant");
    }

    [Fact]
    public async Task A_refresh_token_of_another_client_is_refused_and_stays_valid_for_its_own()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var token = (await app.SignInAsync())["refresh_token"]!.GetValue<string>();
        (await new RelyingParty(idp, "other", "other-secret").RefreshAsync(token)).Refused("invalid_grant");
        (await app.RefreshAsync(token)).Granted();
    }

    [Fact]
    public async Task Refresh_tokens_and_keys_survive_a_restart_and_no_token_is_on_disk_in_clear()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var tokens = await app.SignInAsync();
        var used = tokens["refresh_token"]!.GetValue<string>();
        var valid = (await app.RefreshAsync(used)).Granted()["refresh_token"]!.GetValue<string>();
        foreach (var file in new DirectoryInfo(idp.DataFolder).GetFiles())
        {
            using var reader = new StreamReader(new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var content = await reader.ReadToEndAsync();
            Assert.All([used, valid], token => Assert.DoesNotContain(token.Split('.')[1], content, StringComparison.Ordinal));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }

        await idp.RestartAsync();
        (await app.ExchangeAsync(tokens["id_token"]!.GetValue<string>())).Granted();
        var next = (await app.RefreshAsync(valid)).Granted()["refresh_token"]!.GetValue<string>();
        (await app.RefreshAsync(used)).Refused("invalid_grant");
        (await app.RefreshAsync(next)).Refused("invalid_grant");

        await idp.RestartAsync();
        (await app.RefreshAsync(next)).Refused("invalid_grant");
    }

    [Fact]
    public async Task A_torn_last_line_of_the_token_file_costs_only_the_token_that_was_never_handed_out()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var token = (await app.SignInAsync())["refresh_token"]!.GetValue<string>();
        await idp.StopAsync();
        await File.AppendAllTextAsync(Path.Combine(idp.DataFolder, "refresh-tokens.jsonl"), "{\"id\":\"half");
        await idp.RestartAsync();
        (await app.RefreshAsync(token)).Granted();
    }

    [Fact]
    public async Task A_refresh_token_ends_when_it_was_not_used_for_its_lifetime_and_each_use_begins_it_anew()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var token = (await app.SignInAsync())["refresh_token"]!.GetValue<string>();
        idp.Time.Advance(TimeSpan.FromHours(23));
        token = (await app.RefreshAsync(token)).Granted()["refresh_token"]!.GetValue<string>();
        idp.Time.Advance(TimeSpan.FromHours(23));
        token = (await app.RefreshAsync(token)).Granted()["refresh_token"]!.GetValue<string>();
        idp.Time.Advance(TimeSpan.FromHours(24));
        (await app.RefreshAsync(token)).Refused("invalid_grant");
    }

    [Fact]
    public async Task A_removed_user_gets_nothing_more_and_changed_groups_count_at_the_next_token()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var token = (await app.SignInAsync())["refresh_token"]!.GetValue<string>();

        idp.Rewrite(TestDirectory.Yaml(TestDirectory.Dana.Replace("engineering", "marketing", StringComparison.Ordinal)));
        var refreshed = (await app.RefreshAsync(token)).Granted();
        Assert.Equal("marketing", (await UserInfoAsync(idp, refreshed))["groups"]![0]!.GetValue<string>());

        idp.Rewrite(TestDirectory.Yaml(dana: ""));
        (await app.RefreshAsync(refreshed["refresh_token"]!.GetValue<string>())).Refused("invalid_grant");
        var signIn = await idp.OpenBrowser().SignInAsync(app.AuthorizeAddress(), "dana", "dana-password");
        Assert.Equal(HttpStatusCode.BadRequest, signIn.StatusCode);
    }

    [Fact]
    public async Task A_file_that_does_not_load_leaves_the_last_good_one_in_force_and_says_so()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        idp.Rewrite("issuer: [");
        await app.SignInAsync();
        Assert.Single(idp.Log.Lines, line => line.Contains("does not load", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Userinfo_answers_for_the_access_token_and_only_for_it()
    {
        await using var idp = await RunningIdp.StartAsync();
        var tokens = await new RelyingParty(idp).SignInAsync();
        Assert.Equal("Dana", (await UserInfoAsync(idp, tokens))["name"]!.GetValue<string>());

        using var request = new HttpRequestMessage(HttpMethod.Get, "/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens["id_token"]!.GetValue<string>());
        var refused = await idp.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("invalid_token", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grant_type=password", "unsupported_grant_type")]
    [InlineData("", "invalid_request")]
    [InlineData("grant_type=authorization_code&grant_type=authorization_code", "invalid_request")]
    [InlineData("grant_type=refresh_token", "invalid_request")]
    [InlineData("grant_type=refresh_token&refresh_token=nonsense", "invalid_grant")]
    public async Task A_malformed_token_request_is_refused_with_its_code(string body, string error)
    {
        await using var idp = await RunningIdp.StartAsync();
        using var content = new StringContent($"client_id=native&{body}", Encoding.ASCII, "application/x-www-form-urlencoded");
        (await TokenAnswer.ReadAsync(await idp.Http.PostAsync("/token", content))).Refused(error);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_not_a_form_is_refused()
    {
        await using var idp = await RunningIdp.StartAsync();
        using var large = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = new('x', 100_000) });
        (await TokenAnswer.ReadAsync(await idp.Http.PostAsync("/token", large))).Refused("invalid_request");
        using var json = new StringContent("{}", Encoding.UTF8, "application/json");
        (await TokenAnswer.ReadAsync(await idp.Http.PostAsync("/token", json))).Refused("invalid_request");
    }

    [Fact]
    public async Task No_password_code_or_token_is_logged()
    {
        await using var idp = await RunningIdp.StartAsync();
        var app = new RelyingParty(idp);
        var code = await app.GetCodeAsync();
        var tokens = (await app.RedeemAsync(code)).Granted();
        var jag = (await app.ExchangeAsync(tokens["id_token"]!.GetValue<string>())).Granted()["access_token"]!;
        await app.RedeemAsync(code);
        await app.ExchangeAsync("not.a.token");
        await idp.OpenBrowser().SignInAsync(app.AuthorizeAddress(), "dana", "wrong-password");

        var log = string.Join('\n', idp.Log.Lines);
        Assert.Contains("u-dana", log, StringComparison.Ordinal);
        string[] secrets =
        [
            "dana-password", "wrong-password", "app:secret/1", code, $"{tokens["id_token"]}", $"{tokens["access_token"]}",
            $"{tokens["refresh_token"]}", $"{jag}", "not.a.token",
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
    }

    private static async Task<JsonNode> UserInfoAsync(RunningIdp idp, JsonNode tokens)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens["access_token"]!.GetValue<string>());
        var response = await idp.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
