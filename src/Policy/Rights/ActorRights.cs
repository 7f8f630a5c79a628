namespace McpMesh.Policy.Rights;

/// <summary>The most that one actor may do; its denials are made once and kept.</summary>
internal sealed class ActorRights(string id, BitSet allowed, MethodTable methods, string digest)
{
    private readonly Decision?[] _denials = new Decision?[methods.Names.Length];

    public Decision? FindDenial(int method) => allowed.Contains(method) ? null : _denials[method] ??= Make(method);

    private Decision Make(int method) => new()
    {
        Kind = PolicyDecisionKind.Deny,
        Rule = $"actor:{id}",
        Reason = $"Actor {id} may not use {methods.Names[method]} for anybody.",
        PolicyDigest = digest,
    };
}
