using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Gateway.Approvals.Page;

/// <summary>256 random bits that only the browser keeps; the mesh keeps their hash.</summary>
internal static class PageSecret
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public static bool AreEqual(string? left, string right) =>
        left is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
