using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Identity.Caching;

/// <summary>SHA-256 of a token: its name in memory, so that no cache holds the token itself.</summary>
internal readonly record struct TokenDigest(ulong A, ulong B, ulong C, ulong D)
{
    // Longer than any token we accept, so hashing needs no buffer from the heap.
    private const int StackBytes = 4096;

    public static TokenDigest Of(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (token.Length <= StackBytes / 3)
        {
            Span<byte> text = stackalloc byte[StackBytes];
            SHA256.HashData(text[..Encoding.UTF8.GetBytes(token, text)], hash);
        }
        else
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        }

        return new(
            BinaryPrimitives.ReadUInt64BigEndian(hash),
            BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));
    }
}
