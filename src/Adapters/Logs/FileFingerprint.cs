using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Adapters.Logs;

/// <summary>
/// Names the content of a file by its family and first bytes, uncompressed: it stays equal when the file grows, is renamed by rotation, or
/// is compressed.
/// </summary>
/// <param name="Hash">First eight bytes of a SHA-256.</param>
/// <param name="Length">Number of first bytes it was taken over; at most <see cref="MaxLength"/>.</param>
internal readonly record struct FileFingerprint(ulong Hash, ushort Length)
{
    /// <summary>Most first bytes that count.</summary>
    public const int MaxLength = 512;

    /// <summary>The fingerprint of a file that begins with these bytes.</summary>
    public static FileFingerprint Of(LogFile file, ReadOnlySpan<byte> head) => Of(file, head, Math.Min(head.Length, MaxLength));

    /// <summary>Whether a file that begins with these bytes is the one that was named.</summary>
    public bool Names(LogFile file, ReadOnlySpan<byte> head) => head.Length >= Length && Of(file, head, Length) == this;

    private static FileFingerprint Of(LogFile file, ReadOnlySpan<byte> head, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(file.Family));
        hash.AppendData([0]);
        hash.AppendData(head[..length]);
        return new FileFingerprint(BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset()), (ushort)length);
    }
}
