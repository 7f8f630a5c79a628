using McpMesh.Sidecar.Resiliency;

namespace McpMesh.Sidecar.State;

/// <summary>The store does not take an option or a time to live. As in daprd that is the operation's failure.</summary>
internal sealed class StateRefusedException(string message) : Exception(message), IRefusal;
