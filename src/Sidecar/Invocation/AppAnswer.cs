namespace McpMesh.Sidecar.Invocation;

/// <summary>The app's answer to a request of the sidecar itself.</summary>
internal sealed record AppAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>The app took the request and broke the connection: whether it acted is unknown, so it counts as a failed attempt.</summary>
    public static readonly AppAnswer BrokenOff = new(StatusCodes.Status502BadGateway, ReadOnlyMemory<byte>.Empty);
}
