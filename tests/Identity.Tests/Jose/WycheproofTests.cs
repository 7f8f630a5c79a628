using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tests.Jose;

public sealed class WycheproofTests
{
    private static readonly JwsPolicy s_everything = JwsPolicy.Asymmetric() with
    {
        Algorithms = [.. JwsPolicy.Asymmetric().Algorithms, JwsAlgorithm.HS256, JwsAlgorithm.HS384, JwsAlgorithm.HS512],
    };

    [Fact]
    public void Signatures_agree_with_every_vector_but_the_listed_ones() => WycheproofVectors.Load("json_web_signature_test.json").Run(
        Verifies,
        new Dictionary<int, string>
        {
            [346] = "the key pins PS256, the header says PS384",
            [350] = "the key pins PS256, the header says PS384",
            [347] = "the key carries the unregistered alg ES521",
            [351] = "the key carries the unregistered alg ES521",
            [372] = "'?' inside the header: only lenient decoders skip it",
            [373] = "'?' inside the payload: only lenient decoders skip it",
            [367] = "byte for byte the valid test 357: the padding meant to be there is missing",
            [370] = "byte for byte the valid test 357: the padding meant to be there is missing",
        });

    [Fact]
    public void Key_sets_agree_with_every_vector_but_the_listed_ones() => WycheproofVectors.Load("json_web_key_test.json").Run(
        Verifies,
        new Dictionary<int, string> { [7] = "the modulus has the ROCA structure, which is not looked for" });

    [Fact]
    public void Ecdsa_signatures_agree_with_every_vector() => WycheproofVectors.Load("ecdsa_secp256r1_sha256_p1363_test.json").Run(
        (group, test) =>
        {
            using var spki = ECDsa.Create();
            spki.ImportSubjectPublicKeyInfo(Hex(group, "publicKeyDer"), out _);
            var point = spki.ExportParameters(includePrivateParameters: false).Q;
            var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""";
            return JsonWebKey.Parse(Encoding.UTF8.GetBytes(jwk)).Verify(JwsAlgorithm.ES256, Hex(test, "msg"), Hex(test, "sig"));
        },
        new Dictionary<int, string>());

    private static bool Verifies(JsonElement group, JsonElement test)
    {
        var key = group.TryGetProperty("public", out var published) ? published : group.GetProperty("private");
        var jws = test.GetProperty("jws");
        var set = key.TryGetProperty("keys", out _) ? key.GetRawText() : $$"""{"keys":[{{key.GetRawText()}}]}""";
        try
        {
            var keys = JsonWebKeySet.Parse(Encoding.UTF8.GetBytes(set));
            var text = jws.ValueKind == JsonValueKind.String ? jws.GetString()! : jws.GetRawText();
            return JsonWebSignature.Verify(text, keys, s_everything).IsValid;
        }
        catch (JoseException)
        {
            return false;
        }
    }

    private static byte[] Hex(JsonElement json, string member) => Convert.FromHexString(json.GetProperty(member).GetString()!);
}
