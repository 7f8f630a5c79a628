using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tests.Jose;

public sealed class JsonWebKeyTests
{
    [Fact]
    public void Thumbprint_is_that_of_the_example_in_RFC_7638()
    {
        const string Modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM" +
            "stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5" +
            "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        var json = $$"""{"kty":"RSA","n":"{{Modulus}}","e":"AQAB","alg":"RS256","kid":"2011-04-29"}""";
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", JsonWebKey.Parse(Encoding.UTF8.GetBytes(json)).Thumbprint());
    }

    [Fact]
    public void A_signing_key_survives_its_private_JWK_and_its_public_JWK_has_no_secret()
    {
        var key = SigningKey.Generate();
        var token = JsonWebSignature.Sign("{}"u8, SigningKey.FromJwk(key.ToPrivateJwk()), "JWT");
        var published = key.ToPublicJwk();

        Assert.Null(JsonNode.Parse(published)!["d"]);
        Assert.Equal(key.KeyId, key.PublicKey.Thumbprint());
        var keys = new JsonWebKeySet(JsonWebKey.Parse(Encoding.UTF8.GetBytes(published)));
        Assert.True(JsonWebSignature.Verify(token, keys, JwsPolicy.Es256("JWT")).IsValid);
    }

    [Fact]
    public void A_private_JWK_whose_halves_do_not_belong_together_is_refused()
    {
        var mixed = JsonNode.Parse(SigningKey.Generate().ToPrivateJwk())!;
        mixed["d"] = JsonNode.Parse(SigningKey.Generate().ToPrivateJwk())!["d"]!.DeepClone();
        Assert.Throws<JoseException>(() => SigningKey.FromJwk(mixed.ToJsonString()));
    }

    [Fact]
    public void A_private_key_is_refused_where_a_public_one_belongs() =>
        Refused(SigningKey.Generate().ToPrivateJwk(), "d: private key material in a public key.");

    [Theory]
    [InlineData("""{"kty":"EC","kty":"EC"}""", "Not well-formed JSON, nested too deep, or with a duplicate member.")]
    [InlineData("""{"kid":"a"}""", "kty: missing.")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519"}""", "kty: 'OKP' is not supported.")]
    [InlineData("""{"kty":"EC","use":"enc"}""", "use: the key is not for signatures.")]
    [InlineData("""{"kty":"oct","alg":"ES256","k":"AAAA"}""", "alg: ES256 does not belong to kty oct.")]
    [InlineData("""{"kty":"oct","k":"AAAA"}""", "k: must be at least 32 bytes.")]
    [InlineData("""{"kty":"oct","k":"AAAA=="}""", "k: must be base64url without padding.")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""", "x, y: must be 32 bytes each for P-256.")]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}""", "crv: 'secp256k1' is not supported.")]
    public void A_key_that_breaks_a_rule_is_refused_with_that_rule(string json, string message) => Refused(json, message);

    [Fact]
    public void A_set_skips_keys_for_other_purposes_but_not_malformed_ones()
    {
        var key = SigningKey.Generate();
        var set = $$"""{"keys":[{"kty":"OKP","kid":"ed"},{"kty":"RSA","use":"enc","kid":"enc"},{{key.ToPublicJwk()}}]}""";
        Assert.Equal(key.KeyId, Assert.Single(JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(set)).Keys).KeyId);

        var broken = $$"""{"keys":[{"kty":"EC","crv":"P-256"},{{key.ToPublicJwk()}}]}""";
        Assert.Throws<JoseException>(() => JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(broken)));
    }

    [Theory]
    [InlineData("P-256", "ES256", "nistP256")]
    [InlineData("P-384", "ES384", "nistP384")]
    [InlineData("P-521", "ES512", "nistP521")]
    public void Each_curve_verifies_with_its_own_algorithm_and_no_other(string curve, string name, string friendly)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName(friendly));
        var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        var jwk = $$"""{"kty":"EC","crv":"{{curve}}","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""";
        var key = JsonWebKey.Parse(Encoding.UTF8.GetBytes(jwk));
        var algorithm = JwsAlgorithm.Find(name)!;
        var input = $"{Base64Url.Encode(Encoding.UTF8.GetBytes($$"""{"alg":"{{name}}"}"""))}.e30";
        var signature = ecdsa.SignData(
            Encoding.ASCII.GetBytes(input), algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        var result = JsonWebSignature.Verify($"{input}.{Base64Url.Encode(signature)}", new JsonWebKeySet(key), JwsPolicy.Asymmetric());
        Assert.Equal(algorithm, result.Algorithm);
        Assert.Equal([algorithm], JwsPolicy.Asymmetric().Algorithms.Where(key.Supports));
    }

    [Fact]
    public void A_token_without_kid_is_matched_only_when_one_key_fits()
    {
        var (first, second) = (SigningKey.Generate(), SigningKey.Generate());
        Assert.Same(first.PublicKey, new JsonWebKeySet(first.PublicKey).Find(null, JwsAlgorithm.ES256));
        Assert.Null(new JsonWebKeySet(first.PublicKey, second.PublicKey).Find(null, JwsAlgorithm.ES256));
    }

    [Fact]
    public void A_set_written_for_publication_reads_back()
    {
        var keys = new JsonWebKeySet(SigningKey.Generate().PublicKey, SigningKey.Generate().PublicKey);
        Assert.Equal(keys.Keys.Select(k => k.Thumbprint()), JsonWebKeySet.Parse(keys.ToJson()).Keys.Select(k => k.Thumbprint()));
    }

    private static void Refused(string json, string message) =>
        Assert.Equal(message, Assert.Throws<JoseException>(() => JsonWebKey.Parse(Encoding.UTF8.GetBytes(json))).Message);
}
