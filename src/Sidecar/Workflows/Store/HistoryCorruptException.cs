namespace McpMesh.Sidecar.Workflows.Store;

/// <summary>A row of an instance cannot be used. The instance fails with it; others are not concerned.</summary>
internal sealed class HistoryCorruptException(string message) : Exception(message)
{
    /// <summary>The error type that the failed instance shows.</summary>
    public const string ErrorType = "WorkflowHistoryCorrupt";
}
