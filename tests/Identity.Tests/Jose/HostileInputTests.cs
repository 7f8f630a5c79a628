using System.Text;
using FsCheck;
using FsCheck.Fluent;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tests.Jose;

/// <summary>Whatever is sent, the answer is a refusal: nothing else is thrown.</summary>
public sealed class HostileInputTests
{
    private static readonly SigningKey s_key = SigningKey.Generate();
    private static readonly JsonWebKeySet s_keys = new(s_key.PublicKey);

    /// <summary>Text made of pieces that matter to the parsers, so that generated input gets past their first checks.</summary>
    private static readonly Arbitrary<string> s_json = Gen.Elements(
            "{", "}", "[", "]", ",", ":", "\"", "\"alg\"", "\"kid\"", "\"kty\"", "\"keys\"", "\"aud\"", "\"exp\"",
            "\"ES256\"", "\"EC\"", "\"oct\"", "\"\\ud800\"", "\"al\\u0067\"", "1e999", "-0", "null", "true", "\\", "\u0000", "é")
        .ListOf()
        .Select(pieces => string.Concat(pieces))
        .ToArbitrary();

    [Fact]
    public void A_header_of_any_text_is_refused() => Prop.ForAll(s_json, json =>
        Assert.NotNull(JsonWebSignature.Verify($"{Encode(json)}.e30.AAAA", s_keys, JwsPolicy.Asymmetric()).Error))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_token_of_any_text_is_refused() => Prop.ForAll<string>(text =>
        Assert.NotNull(JsonWebSignature.Verify(text ?? "", s_keys, JwsPolicy.Asymmetric()).Error)).QuickCheckThrowOnFailure();

    [Fact]
    public void Claims_of_any_text_are_read_or_refused_with_a_reason() => Prop.ForAll(s_json, json =>
    {
        var claims = JwtClaims.Read(Encoding.UTF8.GetBytes(json), out var error);
        Assert.Equal(claims is null, error is not null);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{"kty":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"\ud800":1,"\ud800":2}""")]
    [InlineData("""{"kty":"EC","kid":"\udc00"}""")]
    [InlineData("""{"kty":"EC","key_ops":["\udc00"]}""")]
    [InlineData("""{"keys":[{"kty":"EC","kid":"\udc00"}]}""")]
    public void Text_that_is_no_text_is_refused_everywhere(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Throws<JoseException>(() => JsonWebKey.Parse(bytes));
        Assert.Throws<JoseException>(() => JsonWebKeySet.Parse(bytes));
        Assert.Throws<JoseException>(() => SigningKey.FromJwk(bytes));
        Assert.NotNull(JsonWebSignature.Verify($"{Encode(json)}.e30.AAAA", s_keys, JwsPolicy.Asymmetric()).Error);
        var read = JwtClaims.Read(bytes, out var error);
        Assert.Equal(read is null, error is not null);
    }

    [Fact]
    public void Key_sets_of_any_bytes_are_read_or_refused() => Prop.ForAll<byte[]>(bytes => Refuses(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_key_set_with_any_byte_changed_is_read_or_refused()
    {
        var document = s_keys.ToJson();
        for (var i = 0; i < document.Length; i++)
        {
            foreach (var value in new byte[] { 0, (byte)'"', (byte)'\\', (byte)'{', 0xFF })
            {
                var changed = document.ToArray();
                changed[i] = value;
                Refuses(changed);
            }
        }
    }

    private static void Refuses(byte[] bytes)
    {
        if (Record.Exception(() => JsonWebKeySet.Parse(bytes)) is { } thrown) Assert.IsType<JoseException>(thrown);
    }

    private static string Encode(string text) => Base64Url.Encode(Encoding.UTF8.GetBytes(text));
}
