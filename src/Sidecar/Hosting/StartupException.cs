namespace McpMesh.Sidecar.Hosting;

/// <summary>The sidecar cannot start. The message is the one line that the user gets; the exit code is 1.</summary>
internal sealed class StartupException(string message) : Exception(message);
