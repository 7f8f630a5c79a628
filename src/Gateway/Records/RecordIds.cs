using System.Buffers.Binary;
using System.Security.Cryptography;

namespace McpMesh.Gateway.Records;

/// <summary>
/// Version 7 ids (RFC 9562 section 5.7) of records and calls. Their random part comes from a block that the system fills at once: asked for
/// each id, the system call costs more than the rest of the record.
/// </summary>
internal sealed class RecordIds(TimeProvider time)
{
    private const int Bytes = 16;

    private readonly Lock _gate = new();
    private readonly byte[] _block = new byte[64 * Bytes];
    private int _used = 64 * Bytes;

    /// <summary>An id that no other record has.</summary>
    public string Next()
    {
        Span<byte> id = stackalloc byte[Bytes];
        lock (_gate)
        {
            if (_used == _block.Length)
            {
                RandomNumberGenerator.Fill(_block);
                _used = 0;
            }

            _block.AsSpan(_used, Bytes).CopyTo(id);
            _used += Bytes;
        }

        // 48 bits of milliseconds, then version and variant; the other 74 bits stay random.
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteUInt32BigEndian(id, (uint)(milliseconds >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(id[4..], (ushort)milliseconds);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return new Guid(id, bigEndian: true).ToString();
    }
}
