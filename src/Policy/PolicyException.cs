namespace McpMesh.Policy;

/// <summary>A policy document that cannot be compiled.</summary>
public sealed class PolicyException(string message) : Exception(message);
