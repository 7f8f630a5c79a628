namespace McpMesh.Sidecar.Resiliency;

/// <summary>A policy ended the operation; the message is daprd's.</summary>
internal class ResiliencyException(string message, Exception? inner = null) : Exception(message, inner)
{
    public static ResiliencyException TimedOut(Exception inner) => new("context deadline exceeded", inner);
}
