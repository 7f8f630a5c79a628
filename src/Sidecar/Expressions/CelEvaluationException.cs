namespace McpMesh.Sidecar.Expressions;

/// <summary>An expression has no value for an event.</summary>
internal sealed class CelEvaluationException(string reason) : Exception(reason);
