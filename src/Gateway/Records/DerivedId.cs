using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Gateway.Records;

/// <summary>Ids of records that may be made twice and must be one: a UUID of version 8 (RFC 9562 section 5.8) made of what it is of.</summary>
internal static class DerivedId
{
    public static string Of(string what)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(what), hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }
}
