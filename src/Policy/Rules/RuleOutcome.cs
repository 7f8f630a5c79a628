namespace McpMesh.Policy.Rules;

/// <summary>What the rules say about a call that the roles permit.</summary>
internal readonly record struct RuleOutcome(Decision? Denial, CompiledRule? Approval, bool RelaxedAudit);
