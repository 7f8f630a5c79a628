using System.Security.Cryptography;
using System.Text;

namespace McpMesh.DevIdp.Hosting;

/// <summary>Compares texts in a time that tells nothing about them, their lengths included.</summary>
internal static class SecretComparison
{
    public static bool AreEqual(string left, string right) => CryptographicOperations.FixedTimeEquals(Hash(left), Hash(right));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
