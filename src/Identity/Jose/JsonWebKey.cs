using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>
/// A key that verifies signatures (RFC 7517): elliptic curve, RSA or symmetric. It is checked once when it is read and may be used by any
/// number of threads. Private members are refused: a private key has no place where signatures are verified.
/// </summary>
public abstract class JsonWebKey
{
    private protected JsonWebKey(string? keyId, JwsAlgorithm? algorithm) => (KeyId, Algorithm) = (keyId, algorithm);

    /// <summary><c>kid</c>.</summary>
    public string? KeyId { get; }

    /// <summary><c>alg</c>: the only algorithm that the key may be used with; null when the key does not pin one.</summary>
    public JwsAlgorithm? Algorithm { get; }

    /// <summary><c>kty</c>.</summary>
    public abstract string KeyType { get; }

    /// <summary>Whether this is a shared secret.</summary>
    public bool IsSymmetric => KeyType == "oct";

    /// <summary>Reads one key.</summary>
    /// <exception cref="JoseException">It is malformed, weak, or not meant for verifying signatures.</exception>
    public static JsonWebKey Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonWebKeyReader.ReadObject(json);
        return JsonWebKeyReader.Read(document.RootElement);
    }

    /// <summary>Whether the key can and may be used with <paramref name="algorithm"/>.</summary>
    public bool Supports(JwsAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm.KeyType == KeyType && (Algorithm is null || Algorithm == algorithm) && Fits(algorithm);
    }

    /// <summary>The RFC 7638 thumbprint with SHA-256, base64url.</summary>
    public string Thumbprint() => Base64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(RequiredMembers())));

    /// <summary>Writes the key as a public JWK with <c>use</c> <c>sig</c>.</summary>
    /// <exception cref="InvalidOperationException">The key is symmetric.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (IsSymmetric) throw new InvalidOperationException("A symmetric key is never published.");
        writer.WriteStartObject();
        writer.WriteString("kty", KeyType);
        if (KeyId is not null) writer.WriteString("kid", KeyId);
        if (Algorithm is not null) writer.WriteString("alg", Algorithm.Name);
        writer.WriteString("use", "sig");
        WriteMembers(writer);
        writer.WriteEndObject();
    }

    internal abstract bool Verify(JwsAlgorithm algorithm, ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature);

    private protected abstract bool Fits(JwsAlgorithm algorithm);

    /// <summary>The required members in lexicographic order without white space (RFC 7638 section 3.2).</summary>
    private protected abstract string RequiredMembers();

    private protected abstract void WriteMembers(Utf8JsonWriter writer);
}
