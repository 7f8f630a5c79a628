using System.Security.Cryptography;
using McpMesh.Identity.Jose;

namespace McpMesh.TokenExchange.State;

/// <summary>Unguessable names: codes, states, nonces, refresh tokens, <c>jti</c>s.</summary>
internal static class RandomSecret
{
    /// <summary>256 bits, base64url.</summary>
    public static string New() => Base64Url.Encode(RandomNumberGenerator.GetBytes(32));

    /// <summary>128 bits, base64url: for ids that need only be unique.</summary>
    public static string NewId() => Base64Url.Encode(RandomNumberGenerator.GetBytes(16));
}
