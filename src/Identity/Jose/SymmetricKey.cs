using System.Security.Cryptography;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>An HMAC key, at least as long as the hash (RFC 7518 section 3.2).</summary>
internal sealed class SymmetricKey : JsonWebKey
{
    private readonly byte[] _secret;

    public SymmetricKey(string? keyId, JwsAlgorithm? algorithm, byte[] secret) : base(keyId, algorithm)
    {
        var minimum = (algorithm ?? JwsAlgorithm.HS256).HashBytes;
        if (secret.Length < minimum) throw new JoseException($"k: must be at least {minimum} bytes.");
        _secret = secret;
    }

    public override string KeyType => "oct";

    internal override bool Verify(JwsAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[64];
        var written = CryptographicOperations.HmacData(algorithm.Hash, _secret, signingInput, expected);
        return CryptographicOperations.FixedTimeEquals(expected[..written], signature);
    }

    private protected override bool Fits(JwsAlgorithm algorithm) => _secret.Length >= algorithm.HashBytes;

    private protected override string RequiredMembers() => $$"""{"k":"{{Base64Url.Encode(_secret)}}","kty":"oct"}""";

    private protected override void WriteMembers(Utf8JsonWriter writer) =>
        throw new InvalidOperationException("A symmetric key is never published.");
}
