namespace McpMesh.Grpc.Framing;

/// <summary>What a timer of the platform can wait for.</summary>
internal static class CallTimer
{
    /// <summary>49 days. A deadline beyond is no deadline: connections do not live that long.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
}
