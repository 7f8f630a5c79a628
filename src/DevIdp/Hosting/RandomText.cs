using System.Security.Cryptography;
using System.Text;
using McpMesh.Identity.Jose;

namespace McpMesh.DevIdp.Hosting;

/// <summary>Unguessable identifiers and the hashes they are kept by.</summary>
internal static class RandomText
{
    /// <summary>128 bits, for identifiers.</summary>
    public static string Identifier() => Base64Url.Encode(RandomNumberGenerator.GetBytes(16));

    /// <summary>256 bits, for what grants something to whoever holds it.</summary>
    public static string Secret() => Base64Url.Encode(RandomNumberGenerator.GetBytes(32));

    /// <summary>What a secret is stored and looked up by, so that neither a memory dump nor a timing difference gives it away.</summary>
    public static string HashOf(string secret) => Base64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
