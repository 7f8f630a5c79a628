using System.Net;

namespace McpMesh.Bench.Gateway;

/// <summary>One thing to measure: where it listens and the exact bytes of the request.</summary>
internal sealed record Treatment(string Name, IPEndPoint Target, ReadOnlyMemory<byte> Request)
{
    public const string Direct = "direct";
    public const string Forwarder = "forwarder";
    public const string Gateway = "gateway";

    /// <summary>The gateway to the same echo server as a Dapr app: two sidecars more on the way.</summary>
    public const string Sidecars = "gateway-dapr";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Direct, Forwarder, Gateway, Sidecars];
}
