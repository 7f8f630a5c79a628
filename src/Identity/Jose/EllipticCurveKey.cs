using System.Security.Cryptography;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>An EC public key (RFC 7518 section 6.2).</summary>
internal sealed class EllipticCurveKey : JsonWebKey
{
    private readonly string _curve;
    private readonly ECParameters _parameters;
    private readonly KeyPool<ECDsa> _pool;

    public EllipticCurveKey(string? keyId, JwsAlgorithm? algorithm, string curve, byte[] x, byte[] y) : base(keyId, algorithm)
    {
        var (named, bytes) = CurveOf(curve) ?? throw new JoseException($"crv: '{curve}' is not supported.");
        if (x.Length != bytes || y.Length != bytes) throw new JoseException($"x, y: must be {bytes} bytes each for {curve}.");
        if (algorithm is not null && algorithm.Curve != curve) throw new JoseException($"alg: {algorithm} does not belong to {curve}.");
        (_curve, _parameters) = (curve, new ECParameters { Curve = named, Q = new ECPoint { X = x, Y = y } });
        _pool = new KeyPool<ECDsa>(() => ECDsa.Create(_parameters));
        try
        {
            _pool.Return(_pool.Rent());
        }
        catch (CryptographicException e)
        {
            throw new JoseException($"x, y: not a point on {curve}.", e);
        }
    }

    public override string KeyType => "EC";

    public static (ECCurve Curve, int CoordinateBytes)? CurveOf(string name) => name switch
    {
        "P-256" => (ECCurve.NamedCurves.nistP256, 32),
        "P-384" => (ECCurve.NamedCurves.nistP384, 48),
        "P-521" => (ECCurve.NamedCurves.nistP521, 66),
        _ => null,
    };

    internal override bool Verify(JwsAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * _parameters.Q.X!.Length) return false;
        var key = _pool.Rent();
        try
        {
            return key.VerifyData(signingInput, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _pool.Return(key);
        }
    }

    private protected override bool Fits(JwsAlgorithm algorithm) => algorithm.Curve == _curve;

    private protected override string RequiredMembers() =>
        $$"""{"crv":"{{_curve}}","kty":"EC","x":"{{Base64Url.Encode(_parameters.Q.X)}}","y":"{{Base64Url.Encode(_parameters.Q.Y)}}"}""";

    private protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("crv", _curve);
        writer.WriteString("x", Base64Url.Encode(_parameters.Q.X));
        writer.WriteString("y", Base64Url.Encode(_parameters.Q.Y));
    }
}
