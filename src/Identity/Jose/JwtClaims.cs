using System.Collections.Immutable;
using System.Text.Json;

namespace McpMesh.Identity.Jose;

/// <summary>
/// The claims of a verified JWT (RFC 7519), read strictly: no duplicate members, text claims are strings, dates are numbers, <c>aud</c> is
/// one string or an array of exactly one. Which claims must be there, and what they must say, is for the caller to check.
/// </summary>
public sealed class JwtClaims
{
    private static readonly string[] s_texts = ["iss", "sub", "jti", "client_id", "azp", "scope", "sid", "txn", "nonce", "acr"];
    private static readonly string[] s_dates = ["iat", "exp", "nbf", "auth_time"];
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly JsonElement _json;

    private JwtClaims(JsonElement json) => _json = json;

    /// <summary><c>iss</c>.</summary>
    public string? Issuer => Text("iss");

    /// <summary><c>sub</c>.</summary>
    public string? Subject => Text("sub");

    /// <summary><c>aud</c>, the one audience.</summary>
    public string? Audience => !_json.TryGetProperty("aud", out var aud) ? null
        : aud.ValueKind == JsonValueKind.Array ? aud[0].GetString() : aud.GetString();

    /// <summary><c>jti</c>.</summary>
    public string? TokenId => Text("jti");

    /// <summary><c>client_id</c>.</summary>
    public string? ClientId => Text("client_id");

    /// <summary><c>scope</c>, space-separated.</summary>
    public string? Scope => Text("scope");

    /// <summary><c>iat</c>.</summary>
    public DateTimeOffset? IssuedAt => Date("iat");

    /// <summary><c>exp</c>.</summary>
    public DateTimeOffset? ExpiresAt => Date("exp");

    /// <summary><c>nbf</c>.</summary>
    public DateTimeOffset? NotBefore => Date("nbf");

    /// <summary><c>auth_time</c>: when the user last signed in.</summary>
    public DateTimeOffset? AuthenticatedAt => Date("auth_time");

    /// <summary>Reads the payload of a verified JWS.</summary>
    /// <param name="utf8">JSON.</param>
    /// <param name="error">One rule that is broken; never quotes a value.</param>
    /// <returns>Null when it is malformed.</returns>
    public static JwtClaims? Read(ReadOnlyMemory<byte> utf8, out string? error)
    {
        error = null;
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(utf8, s_options);
            json = document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a member name with a lone surrogate, met while looking for duplicates.
            error = "claims are malformed or have a duplicate member";
            return null;
        }

        if (json.ValueKind != JsonValueKind.Object) error = "claims are not an object";
        else if (Wrong(json, s_texts, IsText) is { } text) error = $"claim {text} is not a string";
        else if (Wrong(json, s_dates, IsDate) is { } date) error = $"claim {date} is not a date";
        else if (json.TryGetProperty("aud", out var aud) && !IsSingle(aud)) error = "claim aud is not one audience";
        return error is null ? new JwtClaims(json) : null;
    }

    /// <summary>A claim of any kind.</summary>
    public bool TryGet(string name, out JsonElement value) => _json.TryGetProperty(name, out value);

    /// <summary>A claim that is a string; null when it is absent or something else.</summary>
    public string? Text(string name) => _json.TryGetProperty(name, out var value) && IsText(value) ? value.GetString() : null;

    /// <summary>A claim that is a number of seconds since 1970 (fractions are cut); null when it is absent or something else.</summary>
    public DateTimeOffset? Date(string name) => _json.TryGetProperty(name, out var value) && IsDate(value)
        ? DateTimeOffset.FromUnixTimeSeconds((long)value.GetDouble())
        : null;

    /// <summary>A claim that is an array of strings; default when it is absent or something else.</summary>
    public ImmutableArray<string> Texts(string name) =>
        _json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsText)
            ? [.. value.EnumerateArray().Select(v => v.GetString()!)]
            : default;

    private static string? Wrong(JsonElement json, string[] names, Predicate<JsonElement> isRight) =>
        Array.Find(names, name => json.TryGetProperty(name, out var value) && !isRight(value));

    private static bool IsText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            return value.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate: JSON allows it, text does not.
            return false;
        }
    }

    // Up to the year 9999, which is what DateTimeOffset can hold.
    private static bool IsDate(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_800;

    private static bool IsSingle(JsonElement value) =>
        IsText(value) || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && IsText(value[0]));
}
