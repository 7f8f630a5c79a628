using System.Net;
using System.Text;
using McpMesh.Identity.Hops;
using McpMesh.Identity.Tests.Harness;

namespace McpMesh.Identity.Tests.Hops;

public sealed class DaprHopTokenClientTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task The_request_is_a_token_exchange_and_the_answer_a_hop_token()
    {
        string? body = null;
        var token = await ExchangeAsync(200, """{"access_token":"compact","jti":"hop-1","expires_in":600,"token_type":"Bearer"}""",
            sent => body = sent);
        Assert.Equal("compact", token.Compact);
        Assert.Equal("hop-1", token.TokenId);
        Assert.Equal(_clock.GetUtcNow().AddMinutes(10), token.ExpiresAt);
        Assert.Contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange", body, StringComparison.Ordinal);
        Assert.Contains("subject_token=inbound", body, StringComparison.Ordinal);
        Assert.Contains("scope=logs.read", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hop_by_delegation_says_so()
    {
        string? body = null;
        using var handler = new OneAnswer(200, """{"access_token":"compact","jti":"hop-1","expires_in":600}""", sent => body = sent);
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://token-exchange") };
        await new DaprHopTokenClient(http, _clock).ExchangeAsync(
            new("handle", SampleToken.Resource, "logs.read", SubjectTokenType.Delegation), CancellationToken.None);
        Assert.Contains("subject_token=handle", body, StringComparison.Ordinal);
        Assert.Contains("subject_token_type=urn%3Amcpmesh%3Aparams%3Aoauth%3Atoken-type%3Adelegation", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delegation_is_asked_for_with_the_inbound_token()
    {
        string? body = null;
        var delegation = await DelegateAsync(200, """{"delegation":"handle","expires_in":3600}""", sent => body = sent);
        Assert.Equal(("handle", _clock.GetUtcNow().AddHours(1)), (delegation.Handle, delegation.ExpiresAt));
        Assert.Contains("subject_token=inbound", body, StringComparison.Ordinal);
        Assert.Contains("subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, """{"error":"login_required","error_description":"sign in"}""", "login_required")]
    [InlineData(200, """{"access_token":"compact","jti":"hop-1","expires_in":600}""", "temporarily_unavailable")]
    [InlineData(500, "oops", "temporarily_unavailable")]
    public async Task A_delegation_that_is_not_given_is_an_error(int status, string answer, string error) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<HopTokenException>(() => DelegateAsync(status, answer))).Error);

    [Fact]
    public async Task A_refusal_keeps_its_code_and_sign_in_url()
    {
        var refusal = await Assert.ThrowsAsync<HopTokenException>(() => ExchangeAsync(
            403, """{"error":"login_required","error_description":"sign in","sign_in_url":"https://as.example/sign-in"}"""));
        Assert.Equal("login_required", refusal.Error);
        Assert.Equal("sign in", refusal.Message);
        Assert.Equal("https://as.example/sign-in", refusal.SignInUrl!.AbsoluteUri);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("sign-in")]
    public async Task A_sign_in_url_that_is_no_web_address_is_dropped(string url)
    {
        var refusal = await Assert.ThrowsAsync<HopTokenException>(() => ExchangeAsync(403,
            $$"""{"error":"login_required","sign_in_url":"{{url}}"}"""));
        Assert.Null(refusal.SignInUrl);
    }

    [Theory]
    [InlineData(500, "oops")]
    [InlineData(200, "{}")]
    [InlineData(200, "null")]
    [InlineData(502, """{"errorCode":"ERR_DIRECT_INVOKE","message":"no such app"}""")]
    public async Task Anything_else_is_an_outage(int status, string body)
    {
        var refusal = await Assert.ThrowsAsync<HopTokenException>(() => ExchangeAsync(status, body));
        Assert.Equal("temporarily_unavailable", refusal.Error);
        Assert.DoesNotContain("inbound", refusal.ToString(), StringComparison.Ordinal);
    }

    private async Task<HopToken> ExchangeAsync(int status, string answer, Action<string>? sent = null)
    {
        using var handler = new OneAnswer(status, answer, sent);
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://token-exchange") };
        return await new DaprHopTokenClient(http, _clock).ExchangeAsync(new("inbound", SampleToken.Resource, "logs.read"),
            CancellationToken.None);
    }

    private async Task<Delegation> DelegateAsync(int status, string answer, Action<string>? sent = null)
    {
        using var handler = new OneAnswer(status, answer, sent, "/delegation");
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://token-exchange") };
        return await new DaprHopTokenClient(http, _clock).DelegateAsync("inbound", CancellationToken.None);
    }

    private sealed class OneAnswer(int status, string answer, Action<string>? sent, string path = "/hop") : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("http://token-exchange" + path, request.RequestUri!.AbsoluteUri);
            sent?.Invoke(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new((HttpStatusCode)status) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
        }
    }
}
