using System.Buffers;
using System.Text;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>JWS compact serialization (RFC 7515), strict: one spelling per token, the verifier chooses algorithm and key.</summary>
public static class JsonWebSignature
{
    /// <summary>The longest token that is looked at, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Signs with ES256.</summary>
    /// <param name="payload">The bytes to sign, normally JSON claims.</param>
    /// <param name="key">The key; its <c>kid</c> goes into the header.</param>
    /// <param name="typ">Media type without <c>application/</c>, e.g. <c>at+jwt</c>.</param>
    /// <exception cref="ArgumentException">The result would be longer than <see cref="MaxLength"/>.</exception>
    public static string Sign(ReadOnlySpan<byte> payload, SigningKey key, string typ)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrEmpty(typ);
        var header = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(header))
        {
            writer.WriteStartObject();
            writer.WriteString("alg"u8, "ES256"u8);
            writer.WriteString("typ"u8, typ);
            writer.WriteString("kid"u8, key.KeyId);
            writer.WriteEndObject();
        }

        var input = $"{Base64Url.Encode(header.WrittenSpan)}.{Base64Url.Encode(payload)}";
        Span<byte> signature = stackalloc byte[SigningKey.SignatureBytes];
        key.Sign(Encoding.ASCII.GetBytes(input), signature);
        var compact = $"{input}.{Base64Url.Encode(signature)}";
        return compact.Length <= MaxLength ? compact : throw new ArgumentException("The signed token would be too long.", nameof(payload));
    }

    /// <summary>Verifies against the keys that are at hand.</summary>
    public static JwsResult Verify(string compact, JsonWebKeySet keys, JwsPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var header = ReadHeader(compact, policy, out var error);
        return header is null ? JwsResult.Refuse(error!) : Verify(compact, header.Value, keys);
    }

    /// <summary>Verifies; <paramref name="source"/> looks for a newer set when the header names a key that it does not hold.</summary>
    /// <exception cref="JsonWebKeySetUnavailableException">The source has no keys at all.</exception>
    public static async ValueTask<JwsResult> VerifyAsync(
        string compact, IJsonWebKeySetSource source, JwsPolicy policy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var header = ReadHeader(compact, policy, out var error);
        if (header is null) return JwsResult.Refuse(error!);
        var keys = await source.GetAsync(header.Value.KeyId, cancellationToken).ConfigureAwait(false);
        return Verify(compact, header.Value, keys);
    }

    private static JwsHeader? ReadHeader(string compact, JwsPolicy policy, out string? error)
    {
        ArgumentNullException.ThrowIfNull(compact);
        ArgumentNullException.ThrowIfNull(policy);
        error = Shape(compact);
        if (error is not null) return null;
        if (!Base64Url.TryDecode(compact.AsSpan(0, compact.IndexOf('.', StringComparison.Ordinal)), out var bytes))
        {
            error = "header is not base64url";
            return null;
        }

        if (JwsHeader.Read(bytes, out error) is not { } header) return null;
        var accepted = JwsAlgorithm.Find(header.AlgorithmName) is { } algorithm && policy.Algorithms.Contains(algorithm);
        if (!accepted) error = "algorithm is not accepted";
        else if (!policy.AcceptsType(header.Type)) error = "typ is not accepted";
        return error is null ? header : null;
    }

    private static string? Shape(string compact) => compact switch
    {
        { Length: 0 or > MaxLength } => "token is empty or too long",
        _ when compact.AsSpan().Count('.') != 2 => "token does not have three parts",
        _ => null,
    };

    private static JwsResult Verify(string compact, JwsHeader header, JsonWebKeySet keys)
    {
        var algorithm = JwsAlgorithm.Find(header.AlgorithmName)!;
        if (keys.Find(header.KeyId, algorithm) is not { } key) return JwsResult.Refuse("no key for this token");
        var (payloadStart, payloadEnd) = (compact.IndexOf('.', StringComparison.Ordinal) + 1, compact.LastIndexOf('.'));
        var middle = compact.AsSpan()[payloadStart..payloadEnd];
        if (!Base64Url.TryDecode(compact.AsSpan(payloadEnd + 1), out var signature)) return JwsResult.Refuse("signature is not base64url");
        if (!Base64Url.TryDecode(middle, out var payload)) return JwsResult.Refuse("payload is not base64url");

        // All three parts are known to be ASCII by now.
        var input = ArrayPool<byte>.Shared.Rent(payloadEnd);
        try
        {
            var length = Encoding.ASCII.GetBytes(compact.AsSpan(0, payloadEnd), input);
            return key.Verify(algorithm, input.AsSpan(0, length), signature)
                ? JwsResult.Accept(payload, header, algorithm)
                : JwsResult.Refuse("signature does not verify");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }
}
