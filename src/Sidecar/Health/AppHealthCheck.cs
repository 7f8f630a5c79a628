namespace McpMesh.Sidecar.Health;

/// <summary>How the app's health is probed.</summary>
/// <param name="Threshold">Failures in a row that make an app unhealthy.</param>
internal sealed record AppHealthCheck(string Path, TimeSpan Interval, TimeSpan Timeout, int Threshold);
