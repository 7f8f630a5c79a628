namespace McpMesh.PolicyDecision.Administration;

/// <summary>Data of topic <c>policy-changed</c>.</summary>
internal sealed record PolicyChanged(string Digest);
