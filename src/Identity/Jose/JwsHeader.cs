using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>The members of a JOSE header that a verifier looks at. Keys or key addresses in the header are never used.</summary>
internal readonly record struct JwsHeader(string? AlgorithmName, string? KeyId, string? Type)
{
    /// <summary>Reads a header strictly.</summary>
    /// <returns>Null and an error when it must be refused.</returns>
    public static JwsHeader? Read(ReadOnlyMemory<byte> utf8, out string? error)
    {
        error = null;
        try
        {
            using var document = JsonDocument.Parse(utf8, JsonWebKeyReader.Strict);
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object) error = "header is not an object";
            else if (json.TryGetProperty("crit", out _)) error = "header has crit";
            else if (json.TryGetProperty("b64", out _)) error = "header has b64";
            else return new(JsonWebKeyReader.Text(json, "alg"), JsonWebKeyReader.Text(json, "kid"), JsonWebKeyReader.Text(json, "typ"));
        }
        catch (Exception e) when (e is JsonException or JoseException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-16 after unescaping.
            error = "header is malformed";
        }

        return null;
    }
}
