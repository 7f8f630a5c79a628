using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace McpMesh.AppHost.Start;

/// <summary>A JWK set (RFC 7517) with one fresh private ES256 key.</summary>
internal static class SigningKeySet
{
    public static string Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var set = new
        {
            keys = new[]
            {
                new
                {
                    kty = "EC",
                    crv = "P-256",
                    use = "sig",
                    alg = "ES256",
                    kid = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
                    x = Base64Url.EncodeToString(parameters.Q.X),
                    y = Base64Url.EncodeToString(parameters.Q.Y),
                    d = Base64Url.EncodeToString(parameters.D),
                },
            },
        };
        return JsonSerializer.Serialize(set);
    }
}
