namespace McpMesh.Sidecar.Resiliency;

/// <summary>The circuit let nothing through: nothing was attempted, and no retry follows.</summary>
internal sealed class CircuitOpenException(bool halfOpen) : ResiliencyException(halfOpen ? "too many requests" : "circuit breaker is open");
