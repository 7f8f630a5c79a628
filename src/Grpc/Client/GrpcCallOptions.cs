namespace McpMesh.Grpc.Client;

/// <summary>What holds for one call.</summary>
public sealed record GrpcCallOptions
{
    /// <summary>From the start of the call to its end: sent as <c>grpc-timeout</c> and enforced here too. Null is no limit.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Sent beside the headers of the channel.</summary>
    public GrpcMetadata Headers { get; init; } = [];
}
