using System.Text;
using FsCheck;
using FsCheck.Fluent;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tests.Jose;

public sealed class JsonWebSignatureTests
{
    private static readonly SigningKey s_key = SigningKey.Generate();
    private static readonly JsonWebKeySet s_keys = new(s_key.PublicKey);
    private static readonly JwsPolicy s_policy = JwsPolicy.Es256("at+jwt");

    [Fact]
    public void What_was_signed_verifies_and_comes_back_byte_for_byte() => Prop.ForAll<byte[]>(payload =>
    {
        var result = JsonWebSignature.Verify(JsonWebSignature.Sign(payload, s_key, "at+jwt"), s_keys, s_policy);
        Assert.Null(result.Error);
        Assert.Equal(payload, result.Payload);
        Assert.Equal(("at+jwt", s_key.KeyId, JwsAlgorithm.ES256), (result.Type, result.KeyId, result.Algorithm));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_token_with_any_one_character_changed_is_refused()
    {
        var token = JsonWebSignature.Sign("{\"sub\":\"dana\"}"u8, s_key, "at+jwt");
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Assert.False(JsonWebSignature.Verify(new string(changed), s_keys, s_policy).IsValid, $"character {i}");
        }
    }

    [Theory]
    [InlineData("""{"alg":"none"}""", "algorithm is not accepted")]
    [InlineData("""{"alg":"HS256"}""", "algorithm is not accepted")]
    [InlineData("""{"typ":"at+jwt"}""", "algorithm is not accepted")]
    [InlineData("""{"alg":"ES256","alg":"none"}""", "header is malformed")]
    [InlineData("""{"alg":"ES256","al\u0067":"none"}""", "header is malformed")]
    [InlineData("""{"alg":["ES256"]}""", "header is malformed")]
    [InlineData("""{"alg":"ES256","kid":"\ud800"}""", "header is malformed")]
    [InlineData("""["ES256"]""", "header is not an object")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","crit":["exp"]}""", "header has crit")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","b64":false}""", "header has b64")]
    [InlineData("""{"alg":"ES256"}""", "typ is not accepted")]
    [InlineData("""{"alg":"ES256","typ":"JWT"}""", "typ is not accepted")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"unknown"}""", "no key for this token")]
    public void A_header_that_breaks_a_rule_is_refused_with_that_rule(string header, string error)
    {
        var token = $"{Base64Url.Encode(Encoding.UTF8.GetBytes(header))}.e30.{Base64Url.Encode(new byte[64])}";
        Assert.Equal(error, JsonWebSignature.Verify(token, s_keys, s_policy).Error);
    }

    [Fact]
    public void Typ_is_compared_without_case_and_media_type_prefix()
    {
        var token = JsonWebSignature.Sign("{}"u8, s_key, "application/AT+JWT");
        Assert.True(JsonWebSignature.Verify(token, s_keys, s_policy).IsValid);
    }

    [Fact]
    public void A_token_with_five_parts_is_refused_before_anything_is_decoded() =>
        Assert.Equal("token does not have three parts", JsonWebSignature.Verify("!.!.!.!.!", s_keys, s_policy).Error);

    [Fact]
    public void A_token_beyond_the_size_bound_is_neither_made_nor_read()
    {
        Assert.Throws<ArgumentException>(() => JsonWebSignature.Sign(new byte[JsonWebSignature.MaxLength], s_key, "at+jwt"));
        var token = new string('A', JsonWebSignature.MaxLength + 1);
        Assert.Equal("token is empty or too long", JsonWebSignature.Verify(token, s_keys, s_policy).Error);
    }

    [Fact]
    public async Task One_key_signs_and_verifies_on_many_threads_at_once() => await Parallel.ForAsync(0, 400, (i, _) =>
    {
        var payload = BitConverter.GetBytes(i);
        var result = JsonWebSignature.Verify(JsonWebSignature.Sign(payload, s_key, "at+jwt"), s_keys, s_policy);
        Assert.Equal(payload, result.Payload);
        return ValueTask.CompletedTask;
    });
}
