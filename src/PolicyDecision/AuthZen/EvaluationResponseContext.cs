using System.Text.Json.Serialization;

namespace McpMesh.PolicyDecision.AuthZen;

/// <summary>Why it was decided so.</summary>
/// <param name="Kind"><c>permit</c>, <c>deny</c>, <c>insufficient_scope</c> or <c>approve</c> (not permitted before a human
/// approved).</param>
/// <param name="Rule">Rule id.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="PolicyDigest">Version that decided.</param>
internal sealed record EvaluationResponseContext(
    string Kind, string Rule, string Reason, [property: JsonPropertyName("policy_digest")] string PolicyDigest);
