namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>AuthZEN 1.0 decision. A denial is an answer (200), not an error.</summary>
internal sealed record EvaluationResponse(bool Decision, EvaluationResponseContext Context);
