using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpMesh.Testing;

namespace McpMesh.IntegrationTests.BadInput;

/// <summary>
/// Tokens that the mesh AS would never issue, under its own key, which the tests read from the secrets file: what is wrong with them is one
/// claim and nothing else.
/// </summary>
internal sealed class ForgedTokens(RunningMesh mesh, string genuine)
{
    /// <summary>The genuine token with other claims, signed with the key of the mesh AS.</summary>
    public string With(Action<JsonObject> change, string? type = null)
    {
        var header = Header();
        if (type is not null) header["typ"] = type;
        var key = JsonNode.Parse(mesh.Secret("signing-key"))!["keys"]![0]!;
        using var signer = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Decode(key, "x"), Y = Decode(key, "y") },
            D = Decode(key, "d"),
        });
        var signed = Encode(header) + "." + Encode(Payload(change));
        return $"{signed}.{Base64Url.EncodeToString(signer.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The genuine claims without a signature.</summary>
    public string Unsigned()
    {
        var header = Header();
        header["alg"] = "none";
        return $"{Encode(header)}.{Encode(Payload(_ => { }))}.";
    }

    private JsonObject Header() => Part(0);

    private JsonObject Payload(Action<JsonObject> change)
    {
        var claims = Part(1);
        change(claims);
        return claims;
    }

    private JsonObject Part(int index) => JsonNode.Parse(Base64Url.DecodeFromChars(genuine.Split('.')[index]))!.AsObject();

    private static byte[] Decode(JsonNode key, string member) => Base64Url.DecodeFromChars((string)key[member]!);

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
