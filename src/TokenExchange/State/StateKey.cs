using System.Security.Cryptography;
using System.Text;
using McpMesh.Identity.Jose;

namespace McpMesh.TokenExchange.State;

/// <summary>
/// Names of entries. What a name is made from (codes, tokens, subjects) is hashed: it stays out of the store, and <c>||</c> out of the
/// key.
/// </summary>
internal static class StateKey
{
    public static string Of(string kind, string secretOrName) => $"{kind}:{Hash(secretOrName)}";

    /// <summary>Two parts with a separator that neither an issuer nor a <c>jti</c> can smuggle a boundary through.</summary>
    public static string Of(string kind, string first, string second) => $"{kind}:{Hash($"{first.Length}:{first}{second}")}";

    public static string Hash(string text) => Base64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
