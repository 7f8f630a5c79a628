using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>
/// A JWK set (RFC 7517 section 5) for verifying. Keys for other purposes are skipped; a duplicate <c>kid</c>, symmetric beside asymmetric
/// keys, a weak or malformed key makes the whole set unusable, since nobody can tell what else is wrong with it.
/// </summary>
public sealed class JsonWebKeySet
{
    /// <summary>The largest set that is read, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxKeys = 64;
    private const string Mixed = "keys: symmetric and asymmetric keys are mixed.";

    /// <summary>A set of <paramref name="keys"/>.</summary>
    /// <exception cref="JoseException">Two keys share a <c>kid</c>, or symmetric and asymmetric keys are mixed.</exception>
    public JsonWebKeySet(params IEnumerable<JsonWebKey> keys)
    {
        Keys = [.. keys];
        if (Keys.Select(k => k.IsSymmetric).Distinct().Count() > 1) throw new JoseException(Mixed);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in Keys)
        {
            if (key.KeyId is not null && !seen.Add(key.KeyId)) throw new JoseException("keys: two keys have the same kid.");
        }
    }

    /// <summary>The keys that verify signatures, in the order of the set.</summary>
    public ImmutableArray<JsonWebKey> Keys { get; }

    /// <summary>Reads a JWK set.</summary>
    /// <exception cref="JoseException">It must not be used; the message names member and rule.</exception>
    public static JsonWebKeySet Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes) throw new JoseException($"The key set is larger than {MaxBytes} bytes.");
        using var document = JsonWebKeyReader.ReadObject(json);
        if (!document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            throw new JoseException("keys: must be an array.");
        if (list.GetArrayLength() > MaxKeys) throw new JoseException($"keys: more than {MaxKeys}.");
        var (keys, ids, symmetric) = (new List<JsonWebKey>(), new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var item in list.EnumerateArray())
        {
            // Skipped keys count for the rules about the set, too.
            if (JsonWebKeyReader.TryRead(item, out _) is { } key) keys.Add(key);
            if (JsonWebKeyReader.Text(item, "kty") == "oct") symmetric++;
            if (JsonWebKeyReader.Text(item, "kid") is { } id && !ids.Add(id)) throw new JoseException("keys: two keys have the same kid.");
        }

        if (symmetric > 0 && symmetric < list.GetArrayLength()) throw new JoseException(Mixed);
        return new JsonWebKeySet(keys);
    }

    /// <summary>
    /// The key for a signature: the one named <paramref name="keyId"/>, or, when the header names none, the only one that fits.
    /// </summary>
    /// <returns>Null when there is none, it does not fit the algorithm, or the choice would be a guess.</returns>
    public JsonWebKey? Find(string? keyId, JwsAlgorithm algorithm)
    {
        JsonWebKey? found = null;
        foreach (var key in Keys)
        {
            if ((keyId is not null && !string.Equals(key.KeyId, keyId, StringComparison.Ordinal)) || !key.Supports(algorithm)) continue;
            if (found is not null) return null;
            found = key;
        }

        return found;
    }

    /// <summary>Whether a key of that name is in the set.</summary>
    public bool Contains(string keyId) => Keys.Any(k => string.Equals(k.KeyId, keyId, StringComparison.Ordinal));

    /// <summary>The set as a public document for a <c>jwks_uri</c>, UTF-8.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in Keys) key.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
