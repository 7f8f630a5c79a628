namespace McpMesh.Samples.Agent;

/// <summary>One call of the triage and how it ended.</summary>
/// <param name="Method">Tool as the gateway names it, e.g. <c>logs.read</c>.</param>
/// <param name="Outcome"><c>success</c>, <c>denied</c> or <c>failed</c>.</param>
/// <param name="Detail">First line of the answer, or the reason.</param>
public sealed record TriageStep(string Method, string Outcome, string Detail);
