namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>A request that is no AuthZEN evaluation; the message names member and rule, and is the answer with status 400.</summary>
internal sealed class MalformedEvaluationException(string message) : Exception(message);
