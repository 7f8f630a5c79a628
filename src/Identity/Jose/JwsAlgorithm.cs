using System.Collections.Frozen;
using System.Security.Cryptography;

namespace McpMesh.Identity.Jose;

/// <summary>A signature algorithm of RFC 7518 section 3.1. <c>none</c> is not among them and cannot be expressed.</summary>
public sealed class JwsAlgorithm
{
    private JwsAlgorithm(string name, string keyType, HashAlgorithmName hash, int hashBytes) =>
        (Name, KeyType, Hash, HashBytes) = (name, keyType, hash, hashBytes);

    /// <summary>HMAC with SHA-256.</summary>
    public static JwsAlgorithm HS256 { get; } = new("HS256", "oct", HashAlgorithmName.SHA256, 32);

    /// <summary>HMAC with SHA-384.</summary>
    public static JwsAlgorithm HS384 { get; } = new("HS384", "oct", HashAlgorithmName.SHA384, 48);

    /// <summary>HMAC with SHA-512.</summary>
    public static JwsAlgorithm HS512 { get; } = new("HS512", "oct", HashAlgorithmName.SHA512, 64);

    /// <summary>RSA PKCS #1 v1.5 with SHA-256.</summary>
    public static JwsAlgorithm RS256 { get; } = new("RS256", "RSA", HashAlgorithmName.SHA256, 32) { Padding = RSASignaturePadding.Pkcs1 };

    /// <summary>RSA PKCS #1 v1.5 with SHA-384.</summary>
    public static JwsAlgorithm RS384 { get; } = new("RS384", "RSA", HashAlgorithmName.SHA384, 48) { Padding = RSASignaturePadding.Pkcs1 };

    /// <summary>RSA PKCS #1 v1.5 with SHA-512.</summary>
    public static JwsAlgorithm RS512 { get; } = new("RS512", "RSA", HashAlgorithmName.SHA512, 64) { Padding = RSASignaturePadding.Pkcs1 };

    /// <summary>RSA PSS with SHA-256, salt as long as the hash.</summary>
    public static JwsAlgorithm PS256 { get; } = new("PS256", "RSA", HashAlgorithmName.SHA256, 32) { Padding = RSASignaturePadding.Pss };

    /// <summary>RSA PSS with SHA-384, salt as long as the hash.</summary>
    public static JwsAlgorithm PS384 { get; } = new("PS384", "RSA", HashAlgorithmName.SHA384, 48) { Padding = RSASignaturePadding.Pss };

    /// <summary>RSA PSS with SHA-512, salt as long as the hash.</summary>
    public static JwsAlgorithm PS512 { get; } = new("PS512", "RSA", HashAlgorithmName.SHA512, 64) { Padding = RSASignaturePadding.Pss };

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    public static JwsAlgorithm ES256 { get; } = new("ES256", "EC", HashAlgorithmName.SHA256, 32) { Curve = "P-256" };

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    public static JwsAlgorithm ES384 { get; } = new("ES384", "EC", HashAlgorithmName.SHA384, 48) { Curve = "P-384" };

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    public static JwsAlgorithm ES512 { get; } = new("ES512", "EC", HashAlgorithmName.SHA512, 64) { Curve = "P-521" };

    /// <summary>The registered name, as in the header's <c>alg</c>.</summary>
    public string Name { get; }

    /// <summary>The <c>kty</c> that it needs.</summary>
    public string KeyType { get; }

    internal HashAlgorithmName Hash { get; }

    internal int HashBytes { get; }

    internal RSASignaturePadding? Padding { get; private init; }

    internal string? Curve { get; private init; }

    private static FrozenDictionary<string, JwsAlgorithm> All { get; } =
        new[] { HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 }.ToFrozenDictionary(a => a.Name);

    /// <summary>Finds by registered name; case-sensitive, as RFC 7515 section 4.1.1 demands.</summary>
    public static JwsAlgorithm? Find(string? name) => name is not null && All.TryGetValue(name, out var found) ? found : null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
