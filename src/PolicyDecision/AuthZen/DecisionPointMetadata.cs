using System.Text.Json.Serialization;

namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>AuthZEN 1.0 metadata (<c>/.well-known/authzen-configuration</c>). An endpoint that is not listed is not supported.</summary>
internal sealed record DecisionPointMetadata(
    [property: JsonPropertyName("policy_decision_point")] string PolicyDecisionPoint,
    [property: JsonPropertyName("access_evaluation_endpoint")] string AccessEvaluationEndpoint);
