namespace McpMesh.Sidecar.AccessControl;

/// <summary>What one app may call; operations that are not listed fall to its default.</summary>
internal sealed record CallerPolicy(string Namespace, string TrustDomain, bool AllowByDefault, IReadOnlyList<OperationRule> Operations)
{
    /// <summary>The most specific matching rule decides.</summary>
    public bool Allows(string operation, string verb)
    {
        OperationRule? best = null;
        foreach (var rule in Operations)
        {
            if (rule.Matches(operation, verb) && (best is null || rule.Specificity > best.Specificity))
                best = rule;
        }

        return best?.Allow ?? AllowByDefault;
    }
}
