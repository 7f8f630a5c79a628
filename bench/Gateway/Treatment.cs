using System.Net;

namespace McpMesh.Bench.Gateway;

/// <summary>One thing to measure: where it listens and the exact bytes of the request.</summary>
internal sealed record Treatment(string Name, IPEndPoint Target, ReadOnlyMemory<byte> Request)
{
    public const string Direct = "direct";
    public const string Forwarder = "forwarder";
    public const string Gateway = "gateway";
}
