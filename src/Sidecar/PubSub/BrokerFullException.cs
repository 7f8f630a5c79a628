namespace McpMesh.Sidecar.PubSub;

/// <summary>A broker without a disk behind it takes no more: its consumers are slower than its publishers.</summary>
internal sealed class BrokerFullException(string message) : InvalidOperationException(message);
