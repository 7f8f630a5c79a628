using System.Security.Cryptography;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>An RSA public key of at least 2048 bits (RFC 7518 sections 3.3 and 6.3).</summary>
internal sealed class RsaKey : JsonWebKey
{
    private const int MinimumBits = 2048;

    // Verifying costs time quadratic in the modulus: a bound keeps a hostile key set from being a weapon.
    private const int MaximumBits = 8192;

    private readonly RSAParameters _parameters;
    private readonly KeyPool<RSA> _pool;

    public RsaKey(string? keyId, JwsAlgorithm? algorithm, byte[] modulus, byte[] exponent) : base(keyId, algorithm)
    {
        var bits = BitLength(modulus);
        if (bits is < MinimumBits or > MaximumBits) throw new JoseException($"n: must have {MinimumBits} to {MaximumBits} bits.");
        if ((modulus[^1] & 1) == 0) throw new JoseException("n: must be odd.");
        if (BitLength(exponent) is < 2 or > 32 || (exponent[^1] & 1) == 0) throw new JoseException("e: must be odd, from 3 to 2^32.");
        if (modulus[0] == 0 || exponent[0] == 0) throw new JoseException("n, e: must not start with a zero byte.");
        _parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        _pool = new KeyPool<RSA>(() => RSA.Create(_parameters));
        try
        {
            _pool.Return(_pool.Rent());
        }
        catch (CryptographicException e)
        {
            throw new JoseException("n, e: not an RSA key.", e);
        }
    }

    public override string KeyType => "RSA";

    internal override bool Verify(JwsAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _parameters.Modulus!.Length) return false;
        var key = _pool.Rent();
        try
        {
            return key.VerifyData(signingInput, signature, algorithm.Hash, algorithm.Padding!);
        }
        finally
        {
            _pool.Return(key);
        }
    }

    private protected override bool Fits(JwsAlgorithm algorithm) => true;

    private protected override string RequiredMembers() =>
        $$"""{"e":"{{Base64Url.Encode(_parameters.Exponent)}}","kty":"RSA","n":"{{Base64Url.Encode(_parameters.Modulus)}}"}""";

    private protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("n", Base64Url.Encode(_parameters.Modulus));
        writer.WriteString("e", Base64Url.Encode(_parameters.Exponent));
    }

    private static int BitLength(ReadOnlySpan<byte> bigEndian)
    {
        bigEndian = bigEndian.TrimStart((byte)0);
        return bigEndian.IsEmpty ? 0 : (bigEndian.Length * 8) - (7 - int.Log2(bigEndian[0]));
    }
}
