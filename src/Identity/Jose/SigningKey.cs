using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>A private ES256 key (P-256). Any number of threads may sign with it.</summary>
public sealed class SigningKey
{
    internal const int SignatureBytes = 64;

    private readonly ECParameters _parameters;
    private readonly KeyPool<ECDsa> _pool;

    private SigningKey(ECParameters parameters, string? keyId)
    {
        _parameters = parameters;
        _pool = new KeyPool<ECDsa>(() => ECDsa.Create(parameters));
        var unnamed = new EllipticCurveKey(null, JwsAlgorithm.ES256, "P-256", parameters.Q.X!, parameters.Q.Y!);
        KeyId = keyId ?? unnamed.Thumbprint();
        PublicKey = new EllipticCurveKey(KeyId, JwsAlgorithm.ES256, "P-256", parameters.Q.X!, parameters.Q.Y!);
    }

    /// <summary><c>kid</c>; the RFC 7638 thumbprint when the JWK named none.</summary>
    public string KeyId { get; }

    /// <summary>The public half.</summary>
    public JsonWebKey PublicKey { get; }

    /// <summary>A new random key.</summary>
    public static SigningKey Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKey(key.ExportParameters(includePrivateParameters: true), null);
    }

    /// <summary>Reads a private JWK (UTF-8).</summary>
    /// <exception cref="JoseException">Not a consistent private P-256 key for ES256.</exception>
    public static SigningKey FromJwk(ReadOnlyMemory<byte> json)
    {
        using var document = JsonWebKeyReader.ReadObject(json);
        return Read(document.RootElement);
    }

    /// <summary>Reads a private JWK.</summary>
    /// <exception cref="JoseException">Not a consistent private P-256 key for ES256.</exception>
    public static SigningKey FromJwk(string json) => FromJwk(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads a JWK set of private keys, first = active.</summary>
    /// <exception cref="JoseException">A key is not usable, a <c>kid</c> is doubled, or the set is empty.</exception>
    public static ImmutableArray<SigningKey> FromJwkSet(ReadOnlyMemory<byte> json)
    {
        using var document = JsonWebKeyReader.ReadObject(json);
        if (!document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            throw new JoseException("keys: must be an array.");
        var keys = list.EnumerateArray().Select(Read).ToImmutableArray();
        if (keys.IsEmpty) throw new JoseException("keys: must hold at least one key.");
        if (keys.DistinctBy(k => k.KeyId).Count() != keys.Length) throw new JoseException("keys: two keys have the same kid.");
        return keys;
    }

    /// <summary>The private JWK: a secret.</summary>
    public string ToPrivateJwk() =>
        $$"""
        {"kty":"EC","kid":{{JsonSerializer.Serialize(KeyId)}},"alg":"ES256","use":"sig","crv":"P-256",
        "x":"{{Base64Url.Encode(_parameters.Q.X)}}","y":"{{Base64Url.Encode(_parameters.Q.Y)}}","d":"{{Base64Url.Encode(_parameters.D)}}"}
        """;

    /// <summary>The public JWK.</summary>
    public string ToPublicJwk()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) PublicKey.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Names the key by its <c>kid</c> only.</summary>
    public override string ToString() => $"signing key {KeyId}";

    internal void Sign(ReadOnlySpan<byte> signingInput, Span<byte> signature)
    {
        var key = _pool.Rent();
        try
        {
            const DSASignatureFormat Format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;
            var fits = key.TrySignData(signingInput, signature, HashAlgorithmName.SHA256, Format, out var written);
            if (!fits || written != SignatureBytes) throw new CryptographicException("The signature has an unexpected length.");
        }
        finally
        {
            _pool.Return(key);
        }
    }

    private static SigningKey Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new JoseException("A key must be a JSON object.");
        if (JsonWebKeyReader.Text(json, "kty") != "EC" || JsonWebKeyReader.Text(json, "crv") != "P-256")
            throw new JoseException("kty, crv: must be EC and P-256.");
        if (JsonWebKeyReader.Text(json, "alg") is { } algorithm && algorithm != "ES256") throw new JoseException("alg: must be ES256.");
        if (JsonWebKeyReader.Text(json, "use") is { } use && use != "sig") throw new JoseException("use: must be sig.");
        var d = JsonWebKeyReader.Bytes(json, "d");
        var point = new ECPoint { X = JsonWebKeyReader.Bytes(json, "x"), Y = JsonWebKeyReader.Bytes(json, "y") };
        if (d.Length != 32) throw new JoseException("d: must be 32 bytes.");
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point, D = d };
        var key = new SigningKey(parameters, JsonWebKeyReader.Text(json, "kid"));
        key.RequireMatchingHalves();
        return key;
    }

    /// <summary>Import does not compare the halves on every platform; a mismatch would only show as signatures nobody accepts.</summary>
    private void RequireMatchingHalves()
    {
        Span<byte> signature = stackalloc byte[SignatureBytes];
        try
        {
            Sign("halves"u8, signature);
        }
        catch (CryptographicException e)
        {
            throw new JoseException("d: not a private key of this point.", e);
        }

        if (!PublicKey.Verify(JwsAlgorithm.ES256, "halves"u8, signature)) throw new JoseException("d: not the private key of this point.");
    }
}
