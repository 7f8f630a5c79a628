namespace McpMesh.AppHost.Start;

/// <summary>The mesh cannot start here and now; the message is one line that says why.</summary>
internal sealed class MeshStartException(string message) : Exception(message);
