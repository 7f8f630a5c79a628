namespace McpMesh.AppHost.Readiness;

/// <summary>How the start went, for the exit code.</summary>
internal sealed class ReadinessReport
{
    /// <summary>Whether a resource could not be started.</summary>
    public bool Failed { get; set; }
}
