namespace McpMesh.Gateway.Durable;

/// <summary>The newest notification of a call that runs on another replica than its agent's.</summary>
internal sealed record RemoteProgress(string Message);
