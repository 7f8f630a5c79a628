namespace McpMesh.Grpc;

/// <summary>
/// A call that ended with a status other than OK. A handler throws it to answer so, and one that it lets through
/// from a call of its own is its answer too; a client gets it for every failure but its own
/// cancellation, which is an <see cref="OperationCanceledException"/>.
/// </summary>
/// <param name="code">Never <see cref="GrpcStatusCode.OK"/>.</param>
/// <param name="detail">What <c>grpc-message</c> says: one sentence for the other side, without secrets.</param>
public sealed class GrpcException(GrpcStatusCode code, string detail, Exception? inner = null)
    : Exception($"{code}: {detail}", inner)
{
    public GrpcStatusCode Code { get; } =
        code != GrpcStatusCode.OK ? code : throw new ArgumentOutOfRangeException(nameof(code), "OK is no error");

    public string Detail { get; } = detail;

    /// <summary>More trailers of the status, such as <c>grpc-status-details-bin</c>; without <c>grpc-status</c> and <c>grpc-message</c>.</summary>
    public GrpcMetadata Trailers { get; init; } = [];
}
