using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace McpMesh.TokenExchange.Tests.Harness;

/// <summary>
/// An IdP under a test's control, since the real ones do not sign wrong tokens: everyone who comes to <c>/authorize</c> is <see
/// cref="User"/>.
/// </summary>
internal sealed class OrganizationIdp : IAsyncDisposable
{
    public const string Issuer = "https://idp.shop.example";

    private readonly WebApplication _app;
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, string> _nonces = new();
    private int _serial;
    private int _idJags;
    private int _refreshes;

    public OrganizationIdp(TimeProvider time)
    {
        _time = time;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/jwks",
            ["authorization_response_iss_parameter_supported"] = true,
        }));
        _app.MapGet("/jwks", () => Results.Bytes(new JsonWebKeySet(_key.PublicKey).ToJson(), "application/json"));
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", TokenAsync);
    }

    public string User { get; set; } = "u-dana";

    public string[] Groups { get; set; } = ["engineering"];

    /// <summary>Answers every token request with 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>Answers every ID-JAG and refresh request with this error.</summary>
    public string? RefuseWith { get; set; }

    public TimeSpan IdTokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The <c>iss</c> that it puts into authorization responses.</summary>
    public string ResponseIssuer { get; set; } = Issuer;

    /// <summary>Overrides the nonce of ID tokens.</summary>
    public string? WrongNonce { get; set; }

    /// <summary>Completes before an ID-JAG is answered.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int IdJagCount => _idJags;

    public int RefreshCount => _refreshes;

    /// <summary>The refresh token that counts.</summary>
    public string? CurrentRefreshToken { get; private set; }

    public HttpMessageHandler Handler { get; private set; } = null!;

    public async Task<HttpMessageHandler> StartAsync()
    {
        await _app.StartAsync();
        return Handler = _app.GetTestServer().CreateHandler();
    }

    public JsonObject IdJagClaims(string clientId, string resource, string scope) => new()
    {
        ["iss"] = Issuer,
        ["sub"] = User,
        ["aud"] = MeshServer.Issuer,
        ["client_id"] = clientId,
        ["jti"] = $"jag-{Interlocked.Increment(ref _serial)}",
        ["iat"] = _time.GetUtcNow().ToUnixTimeSeconds(),
        ["exp"] = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        ["resource"] = resource,
        ["scope"] = scope,
        ["groups"] = new JsonArray([.. Groups.Select(group => (JsonNode)group)]),
    };

    public string Sign(JsonObject claims, string typ = "oauth-id-jag+jwt") =>
        JsonWebSignature.Sign(JsonSerializer.SerializeToUtf8Bytes(claims), _key, typ);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Authorize(HttpRequest request)
    {
        var code = $"code-{Interlocked.Increment(ref _serial)}";
        _nonces[code] = request.Query["nonce"]!;
        var state = Uri.EscapeDataString(request.Query["state"]!);
        return Results.Redirect($"{request.Query["redirect_uri"]}?code={code}&state={state}&iss={Uri.EscapeDataString(ResponseIssuer)}");
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        if (IsDown) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        var form = await request.ReadFormAsync();
        return form["grant_type"].ToString() switch
        {
            "authorization_code" => SignIn(_nonces[form["code"]!]),
            "refresh_token" => Refresh(form["refresh_token"]!),
            _ => await IdJagAsync(form),
        };
    }

    private async Task<IResult> IdJagAsync(IFormCollection form)
    {
        if (RefuseWith is not null) return Results.Json(new JsonObject { ["error"] = RefuseWith }, statusCode: 400);
        Interlocked.Increment(ref _idJags);
        await Gate;
        return Results.Json(new JsonObject
        {
            ["access_token"] = Sign(IdJagClaims("mesh-broker", form["resource"]!, form["scope"]!)),
            ["issued_token_type"] = "urn:ietf:params:oauth:token-type:id-jag",
            ["token_type"] = "N_A",
        });
    }

    private IResult Refresh(string presented)
    {
        if (RefuseWith is not null || presented != CurrentRefreshToken)
        {
            return Results.Json(new JsonObject { ["error"] = "invalid_grant" }, statusCode: 400);
        }
        Interlocked.Increment(ref _refreshes);
        return SignIn(null);
    }

    private IResult SignIn(string? nonce)
    {
        CurrentRefreshToken = $"idp-refresh-{Interlocked.Increment(ref _serial)}";
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = User,
            ["aud"] = "mesh-as",
            ["iat"] = _time.GetUtcNow().ToUnixTimeSeconds(),
            ["exp"] = (_time.GetUtcNow() + IdTokenLife).ToUnixTimeSeconds(),
        };
        if (nonce is not null) claims["nonce"] = WrongNonce ?? nonce;
        return Results.Json(new JsonObject
        {
            ["id_token"] = Sign(claims, "JWT"),
            ["refresh_token"] = CurrentRefreshToken,
            ["access_token"] = "opaque",
            ["token_type"] = "Bearer",
        });
    }
}
