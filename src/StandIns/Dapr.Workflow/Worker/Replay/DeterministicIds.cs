using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dapr.Workflow.Worker.Replay;

/// <summary>Ids that are the same in every replay: name-based UUIDs (RFC 9562 section 5.5) of the run and a counter.</summary>
internal sealed class DeterministicIds
{
    private static readonly Guid Namespace = new("6f927a2e-9c7e-4a1d-9b8d-7a86f2e7f62f");
    private readonly string _instanceId;
    private readonly Guid _seed;
    private int _made;

    /// <param name="instanceId">The instance.</param>
    /// <param name="executionId">The run; the same instance id may be used by several.</param>
    public DeterministicIds(string instanceId, string? executionId)
    {
        _instanceId = instanceId;
        var run = string.IsNullOrWhiteSpace(executionId) ? instanceId : executionId;
        _seed = Guid.TryParse(run, out var id) ? id : NameBased(Namespace, run);
    }

    public Guid NewGuid() => NameBased(_seed, string.Create(CultureInfo.InvariantCulture, $"{_instanceId}_{_made++}"));

    public string TaskExecutionId(int stepId, string activity) =>
        NameBased(_seed, string.Create(CultureInfo.InvariantCulture, $"{_instanceId}|activity|{stepId}|{activity}")).ToString("N");

    /// <summary>Version 5.</summary>
    internal static Guid NameBased(Guid space, string name)
    {
        var input = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The version of the UUID asks for it; nothing is protected by it.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        BinaryPrimitives.WriteUInt16BigEndian(hash[6..], (ushort)((BinaryPrimitives.ReadUInt16BigEndian(hash[6..]) & 0x0fff) | 0x5000));
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
