namespace McpMesh.Sidecar.Resiliency;

/// <summary>
/// An attempt that failed with a status, which a retry policy may match. Any other exception counts as a failure worth a retry.
/// </summary>
/// <param name="status">HTTP (100 to 599) or gRPC (0 to 16); null when there is none.</param>
internal class FailedAttemptException(string message, int? status, Exception? inner = null) : Exception(message, inner)
{
    public int? Status { get; } = status;

    /// <summary>No further attempt, whatever the policy says: the request cannot be sent twice.</summary>
    public bool IsFinal { get; init; }
}
