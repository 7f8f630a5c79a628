using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>Reads JWKs strictly: no duplicate members, no private members, every member of the right type, canonical base64url.</summary>
internal static class JsonWebKeyReader
{
    private static readonly string[] s_privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth"];

    public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static JsonDocument ReadObject(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a member name with a lone surrogate, met while looking for duplicates.
            throw new JoseException("Not well-formed JSON, nested too deep, or with a duplicate member.", e);
        }

        throw new JoseException("Must be a JSON object.");
    }

    public static JsonWebKey Read(JsonElement json) => TryRead(json, out var why) ?? throw new JoseException(why!);

    /// <summary>Reads a key of a set.</summary>
    /// <returns>
    /// Null, with the reason, for a sound key that is not for verifying signatures here (encryption key, unknown type or algorithm), which
    /// RFC 7517 section 5 says to skip.
    /// </returns>
    /// <exception cref="JoseException">The key is malformed or weak.</exception>
    public static JsonWebKey? TryRead(JsonElement json, out string? why)
    {
        why = null;
        if (json.ValueKind != JsonValueKind.Object) throw new JoseException("A key must be a JSON object.");
        var type = Text(json, "kty") ?? throw new JoseException("kty: missing.");
        var keyId = Text(json, "kid");
        if (keyId is { Length: 0 or > 256 }) throw new JoseException("kid: must have 1 to 256 characters.");
        if (type is not ("EC" or "RSA" or "oct")) why = $"kty: '{type}' is not supported.";
        else if (Text(json, "use") is { } use && use != "sig") why = "use: the key is not for signatures.";
        else if (!MayVerify(json)) why = "key_ops: the key is not for verifying.";
        var name = Text(json, "alg");
        var algorithm = JwsAlgorithm.Find(name);
        if (why is null && name is not null && algorithm is null) why = "alg: not a supported signature algorithm.";
        if (why is not null) return null;
        if (algorithm is not null && algorithm.KeyType != type) throw new JoseException($"alg: {algorithm} does not belong to kty {type}.");
        if (Array.Find(s_privateMembers, m => json.TryGetProperty(m, out _)) is { } secret)
            throw new JoseException($"{secret}: private key material in a public key.");
        return type switch
        {
            "EC" => new EllipticCurveKey(keyId, algorithm, Text(json, "crv") ?? "", Bytes(json, "x"), Bytes(json, "y")),
            "RSA" => new RsaKey(keyId, algorithm, Bytes(json, "n"), Bytes(json, "e")),
            _ => new SymmetricKey(keyId, algorithm, Bytes(json, "k")),
        };
    }

    public static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) ? TextOf(value, member) : null;

    public static byte[] Bytes(JsonElement json, string member)
    {
        var text = Text(json, member) ?? throw new JoseException($"{member}: missing.");
        return text.Length > 0 && Base64Url.TryDecode(text, out var bytes)
            ? bytes
            : throw new JoseException($"{member}: must be base64url without padding.");
    }

    private static bool MayVerify(JsonElement json)
    {
        if (!json.TryGetProperty("key_ops", out var operations)) return true;
        if (operations.ValueKind != JsonValueKind.Array) throw new JoseException("key_ops: must be an array.");
        return operations.EnumerateArray().Any(o => TextOf(o, "key_ops") == "verify");
    }

    private static string TextOf(JsonElement value, string member)
    {
        try
        {
            if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JoseException($"{member}: is not valid text.", e);
        }

        throw new JoseException($"{member}: must be a string.");
    }
}
