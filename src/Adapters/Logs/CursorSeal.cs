using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace McpMesh.Adapters.Logs;

/// <summary>
/// Seals where a page stopped, file by file, for one query of one subject (HMAC-SHA-256). The key lives as long as the process: after a
/// restart a query starts again from its newest entry.
/// </summary>
internal sealed class CursorSeal
{
    private const int TagLength = 16;
    private const int PartLength = sizeof(ulong) + sizeof(ushort) + sizeof(long);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Seals positions.</summary>
    public string Seal(IReadOnlyCollection<FilePosition> positions, LogQuery query, string subject)
    {
        var sealedBytes = new byte[positions.Count * PartLength + TagLength];
        var part = sealedBytes.AsSpan();
        foreach (var position in positions)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(part, position.Fingerprint.Hash);
            BinaryPrimitives.WriteUInt16LittleEndian(part[8..], position.Fingerprint.Length);
            BinaryPrimitives.WriteInt64LittleEndian(part[10..], position.Before);
            part = part[PartLength..];
        }
        Tag(sealedBytes.AsSpan(..^TagLength), query, subject).CopyTo(part);
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>Opens a cursor; false when it was altered, or is of another query, subject or process.</summary>
    public bool TryOpen(string cursor, LogQuery query, string subject, out IReadOnlyList<FilePosition> positions)
    {
        positions = [];
        if (!Base64Url.IsValid(cursor)) return false;
        var sealedBytes = Base64Url.DecodeFromChars(cursor);
        if (sealedBytes.Length < TagLength || (sealedBytes.Length - TagLength) % PartLength != 0) return false;
        var content = sealedBytes.AsSpan(..^TagLength);
        if (!CryptographicOperations.FixedTimeEquals(Tag(content, query, subject), sealedBytes.AsSpan(^TagLength..))) return false;
        var opened = new List<FilePosition>(content.Length / PartLength);
        for (; !content.IsEmpty; content = content[PartLength..])
        {
            var fingerprint = new FileFingerprint(
                BinaryPrimitives.ReadUInt64LittleEndian(content), BinaryPrimitives.ReadUInt16LittleEndian(content[8..]));
            opened.Add(new FilePosition(fingerprint, BinaryPrimitives.ReadInt64LittleEndian(content[10..])));
        }
        positions = opened;
        return true;
    }

    private ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> content, LogQuery query, string subject)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(query.Digest()); // fixed length, so nothing shifts from one part to the next
        hmac.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));
        hmac.AppendData(content);
        return hmac.GetHashAndReset().AsSpan(0, TagLength);
    }
}
