using System.Numerics;
using System.Runtime.InteropServices;
using Dapr.DurableTask.Protobuf;
using Google.Protobuf;

namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>An event as the file holds it: its bytes, and a checksum that tells a damaged row from a strange one.</summary>
internal readonly record struct StoredEvent(byte[] Bytes, long Checksum)
{
    public static StoredEvent Of(HistoryEvent e)
    {
        var bytes = e.ToByteArray();
        return new StoredEvent(bytes, ChecksumOf(bytes));
    }

    /// <exception cref="HistoryCorruptException">The row is not what was written.</exception>
    public HistoryEvent Parse(string where)
    {
        if (ChecksumOf(Bytes) != Checksum) throw new HistoryCorruptException($"{where}: the checksum does not fit");
        try
        {
            var e = HistoryEvent.Parser.ParseFrom(Bytes);
            return e.EventTypeCase != HistoryEvent.EventTypeOneofCase.None
                ? e
                : throw new HistoryCorruptException($"{where}: an event of a kind that is not known");
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new HistoryCorruptException($"{where}: no event: {error.Message}");
        }
    }

    public static long ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var checksum = (uint)bytes.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) checksum = BitOperations.Crc32C(checksum, BitConverter.IsLittleEndian ? word : Swap(word));
        foreach (var value in bytes[(words.Length * sizeof(ulong))..]) checksum = BitOperations.Crc32C(checksum, value);
        return checksum;
    }

    private static ulong Swap(ulong word) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
}
