using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Tests;

/// <summary>Asks for a grant that always fails, so that <c>invalid_grant</c> means: the client was authenticated.</summary>
public sealed class ClientAuthenticationTests
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static readonly SigningKey s_key = SigningKey.Generate();

    [Fact]
    public async Task Client_secret_basic_and_post_are_taken_one_at_a_time()
    {
        await using var idp = await RunningIdp.StartAsync();
        (await AskAsync(idp, Basic("app", "app:secret/1"))).Refused("invalid_grant");
        (await AskAsync(idp, null, ("client_id", "app"), ("client_secret", "app:secret/1"))).Refused("invalid_grant");
        (await AskAsync(idp, Basic("app", "app:secret/1"), ("client_id", "app"), ("client_secret", "app:secret/1")))
            .Refused("invalid_request");
        (await AskAsync(idp, Basic("app", "app:secret/1"), ("client_id", "other"))).Refused("invalid_request");
    }

    [Theory]
    [InlineData("app", "wrong")]
    [InlineData("app", "")]
    [InlineData("unknown", "app:secret/1")]
    [InlineData("native", "anything")]
    public async Task A_wrong_secret_is_invalid_client_with_a_challenge(string id, string secret)
    {
        await using var idp = await RunningIdp.StartAsync();
        (await AskAsync(idp, Basic(id, secret))).Refused("invalid_client", HttpStatusCode.Unauthorized);
        (await AskAsync(idp, null, ("client_id", id), ("client_secret", secret.Length == 0 ? "x" : secret)))
            .Refused("invalid_client", HttpStatusCode.Unauthorized);
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = "app" });
        var response = await idp.Http.PostAsync("/token", content);
        Assert.Equal("Basic realm=\"mesh-idp\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_client_assertion_works_once()
    {
        await using var idp = await StartWithKeyClientAsync();
        var assertion = Assertion(idp);
        (await AssertAsync(idp, assertion)).Refused("invalid_grant");
        (await AssertAsync(idp, assertion)).Refused("invalid_client", HttpStatusCode.Unauthorized);
        (await AssertAsync(idp, Assertion(idp, audience: $"{RunningIdp.Issuer}/token"))).Refused("invalid_grant");
    }

    [Fact]
    public async Task A_client_assertion_that_breaks_a_rule_is_refused()
    {
        await using var idp = await StartWithKeyClientAsync();
        string[] broken =
        [
            Assertion(idp, audience: "https://foreign.example.test"),
            Assertion(idp, issuer: "app"),
            Assertion(idp, subject: "app"),
            Assertion(idp, lifetime: -60),
            Assertion(idp, lifetime: 3600),
            Assertion(idp, id: ""),
            Assertion(idp, key: SigningKey.Generate()),
            "not.an.assertion",
        ];
        foreach (var assertion in broken) (await AssertAsync(idp, assertion)).Refused("invalid_client", HttpStatusCode.Unauthorized);
        (await AskAsync(idp, null, ("client_assertion", Assertion(idp)), ("client_assertion_type", "other")))
            .Refused("invalid_client", HttpStatusCode.Unauthorized);
        (await AskAsync(idp, null, ("client_id", "keyed"))).Refused("invalid_client", HttpStatusCode.Unauthorized);
    }

    private static Task<RunningIdp> StartWithKeyClientAsync()
    {
        var jwks = Encoding.UTF8.GetString(new JsonWebKeySet(s_key.PublicKey).ToJson());
        return RunningIdp.StartAsync(TestDirectory.Yaml(extraClients: $"  - {{ id: keyed, jwks: '{jwks}' }}"));
    }

    private static string Assertion(
        RunningIdp idp, string issuer = "keyed", string subject = "keyed", string audience = RunningIdp.Issuer, int lifetime = 60,
        string? id = null, SigningKey? key = null)
    {
        var now = idp.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = issuer,
            ["sub"] = subject,
            ["aud"] = audience,
            ["iat"] = now,
            ["exp"] = now + lifetime,
            ["jti"] = id ?? Guid.NewGuid().ToString(),
        };
        return JsonWebSignature.Sign(JsonSerializer.SerializeToUtf8Bytes(claims), key ?? s_key, "JWT");
    }

    private static Task<TokenAnswer> AssertAsync(RunningIdp idp, string assertion) =>
        AskAsync(idp, null, ("client_assertion", assertion), ("client_assertion_type", AssertionType));

    private static AuthenticationHeaderValue Basic(string id, string secret) => new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")));

    private static async Task<TokenAnswer> AskAsync(
        RunningIdp idp, AuthenticationHeaderValue? authorization, params (string Name, string Value)[] parameters)
    {
        var form = parameters.ToDictionary(p => p.Name, p => p.Value);
        (form["grant_type"], form["refresh_token"]) = ("refresh_token", "nonsense");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = authorization;
        return await TokenAnswer.ReadAsync(await idp.Http.SendAsync(request));
    }
}
