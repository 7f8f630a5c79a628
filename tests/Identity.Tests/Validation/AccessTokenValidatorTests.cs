using System.Text.Json;
using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;
using McpMesh.Identity.Tests.Harness;
using McpMesh.Identity.Tokens;
using McpMesh.Identity.Validation;

namespace McpMesh.Identity.Tests.Validation;

public sealed class AccessTokenValidatorTests
{
    private readonly ManualClock _clock = new();
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly CountingKeys _keys;
    private readonly AccessTokenValidator _validator;

    public AccessTokenValidatorTests()
    {
        _keys = new(_key);
        _validator = new(SampleToken.Issuer, _keys, _clock);
    }

    [Fact]
    public async Task A_token_is_read_as_it_was_written()
    {
        var written = SampleToken.At(_clock.GetUtcNow());
        var result = await ValidateAsync(AccessTokenWriter.Write(written, _key));
        Assert.Null(result.Error);
        var token = result.Token!;
        Assert.Equal(written with { Scopes = token.Scopes, Groups = token.Groups }, token);
        Assert.Equal(written.Scopes.AsEnumerable(), token.Scopes);
        Assert.Equal(written.Groups.AsEnumerable(), token.Groups);
    }

    [Fact]
    public async Task A_repeated_token_is_not_verified_again()
    {
        var compact = AccessTokenWriter.Write(SampleToken.At(_clock.GetUtcNow()), _key);
        var first = await ValidateAsync(compact);
        var second = await ValidateAsync(compact);
        Assert.Same(first.Token, second.Token);
        Assert.Equal(1, _keys.Asked);
    }

    [Fact]
    public async Task A_repeated_token_costs_no_allocation()
    {
        var compact = AccessTokenWriter.Write(SampleToken.At(_clock.GetUtcNow()), _key);
        for (var warm = 0; warm < 100; warm++) await ValidateAsync(compact);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 100; call++)
        {
            var pending = _validator.ValidateAsync(compact, SampleToken.Resource, CancellationToken.None);
            Assert.True(pending.IsCompletedSuccessfully);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task A_cached_token_still_expires()
    {
        var compact = AccessTokenWriter.Write(SampleToken.At(_clock.GetUtcNow()), _key);
        await ValidateAsync(compact);
        _clock.Advance(TimeSpan.FromMinutes(10) + AccessTokenValidator.Skew - TimeSpan.FromSeconds(1));
        Assert.NotNull((await ValidateAsync(compact)).Token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token expired", (await ValidateAsync(compact)).Error);
    }

    [Theory]
    [InlineData("https://logs.mesh.example/mcp/")]
    [InlineData("https://LOGS.mesh.example/mcp")]
    [InlineData("https://analytics.mesh.example/mcp")]
    public async Task A_token_for_the_neighbour_is_refused_also_when_cached(string neighbour)
    {
        var compact = AccessTokenWriter.Write(SampleToken.At(_clock.GetUtcNow()), _key);
        Assert.Equal(AccessTokenValidator.ForAnotherResource, (await _validator.ValidateAsync(compact, neighbour,
            CancellationToken.None)).Error);
        Assert.NotNull((await ValidateAsync(compact)).Token);
        Assert.Equal(AccessTokenValidator.ForAnotherResource, (await _validator.ValidateAsync(compact, neighbour,
            CancellationToken.None)).Error);
    }

    [Fact]
    public Task A_foreign_issuer_is_refused() => RefusedAsync(json => json["iss"] = "https://as.other.example", "issuer");

    [Fact]
    public Task An_expired_token_is_refused() => RefusedAsync(json => Times(json, -20, -10), "expired");

    [Fact]
    public Task A_token_from_the_future_is_refused() => RefusedAsync(json => Times(json, 5, 10), "future");

    [Fact]
    public Task A_token_that_ends_before_it_begins_is_refused() => RefusedAsync(json => Times(json, 0, -0.5), "ends before");

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("client_id")]
    [InlineData("jti")]
    [InlineData("iat")]
    [InlineData("exp")]
    [InlineData("txn")]
    public Task A_missing_claim_is_named(string claim) => RefusedAsync(json => json.Remove(claim), claim);

    [Fact]
    public Task Two_audiences_are_refused() => RefusedAsync(json => json["aud"] = new JsonArray("a", SampleToken.Resource), "audience");

    [Theory]
    [InlineData("\"gateway\"")]
    [InlineData("{}")]
    [InlineData("""{"sub":""}""")]
    [InlineData("""{"sub":"a","act":null}""")]
    [InlineData("""{"sub":"a","act":{"iss":"b"}}""")]
    public Task A_malformed_actor_is_refused(string act) => RefusedAsync(json => json["act"] = JsonNode.Parse(act), "act");

    [Fact]
    public Task A_chain_of_nine_actors_is_refused_not_cut() => RefusedAsync(json => json["act"] = Chain(9), "actor chain");

    [Fact]
    public async Task A_chain_of_eight_actors_is_read()
    {
        var json = Claims();
        json["act"] = Chain(8);
        Assert.Equal(8, (await ValidateAsync(Sign(json))).Token!.Actors.Depth);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("oauth-id-jag+jwt")]
    public async Task Another_typ_is_refused(string typ) =>
        Assert.Contains("typ", (await ValidateAsync(Sign(Claims(), typ))).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Alg_none_is_refused()
    {
        var header = Base64Url.Encode("""{"alg":"none","typ":"at+jwt"}"""u8);
        var compact = $"{header}.{Sign(Claims()).Split('.')[1]}.";
        Assert.Contains("algorithm", (await ValidateAsync(compact)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_key_is_refused() =>
        Assert.NotNull((await ValidateAsync(AccessTokenWriter.Write(SampleToken.At(_clock.GetUtcNow()), SigningKey.Generate()))).Error);

    [Fact]
    public async Task Every_changed_character_breaks_the_token()
    {
        var compact = Sign(Claims());
        for (var position = 0; position < compact.Length; position++)
        {
            if (compact[position] == '.') continue;
            var changed = compact.ToCharArray();
            changed[position] = changed[position] == 'A' ? 'B' : 'A';
            var result = await ValidateAsync(new string(changed));
            Assert.Null(result.Token);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    public async Task Garbage_is_refused(string compact) => Assert.NotNull((await ValidateAsync(compact)).Error);

    [Fact]
    public async Task A_token_longer_than_any_real_one_is_refused() =>
        Assert.NotNull((await ValidateAsync(new string('a', 100_000))).Error);

    private static JsonObject Chain(int depth)
    {
        JsonObject? act = null;
        for (var actor = 0; actor < depth; actor++)
        {
            var outer = new JsonObject { ["sub"] = $"actor-{actor}" };
            if (act is not null) outer["act"] = act;
            act = outer;
        }

        return act!;
    }

    private ValueTask<AccessTokenResult> ValidateAsync(string compact) =>
        _validator.ValidateAsync(compact, SampleToken.Resource, CancellationToken.None);

    private JsonObject Claims()
    {
        var compact = AccessTokenWriter.Write(SampleToken.At(_clock.GetUtcNow()), _key);
        Assert.True(Base64Url.TryDecode(compact.Split('.')[1], out var payload));
        return JsonNode.Parse(payload)!.AsObject();
    }

    private string Sign(JsonObject json, string typ = "at+jwt") =>
        JsonWebSignature.Sign(JsonSerializer.SerializeToUtf8Bytes(json), _key, typ);

    private void Times(JsonObject json, double fromMinutes, double toMinutes)
    {
        json["iat"] = _clock.GetUtcNow().AddMinutes(fromMinutes).ToUnixTimeSeconds();
        json["exp"] = _clock.GetUtcNow().AddMinutes(toMinutes).ToUnixTimeSeconds();
    }

    private async Task RefusedAsync(Action<JsonObject> change, string rule)
    {
        var json = Claims();
        change(json);
        var result = await ValidateAsync(Sign(json));
        Assert.Null(result.Token);
        Assert.Contains(rule, result.Error, StringComparison.Ordinal);
    }
}
