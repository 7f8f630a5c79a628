namespace McpMesh.Sidecar.AccessControl;

/// <summary>Who may invoke what on this app (Configuration <c>spec.accessControl</c>).</summary>
internal sealed class AccessPolicy(bool allowByDefault, string trustDomain, IReadOnlyDictionary<string, CallerPolicy> callers)
{
    /// <summary>Without a policy every app of the mesh may call.</summary>
    public static readonly AccessPolicy Open = new(true, "public", new Dictionary<string, CallerPolicy>());

    public string TrustDomain { get; } = trustDomain;

    public int Count => callers.Count;

    /// <param name="operation">The canonical, decoded path.</param>
    public bool Allows(string caller, string callerNamespace, string operation, string verb) =>
        callers.TryGetValue(caller, out var policy) && policy.Namespace == callerNamespace && policy.TrustDomain == TrustDomain
            ? policy.Allows(operation, verb)
            : allowByDefault;
}
