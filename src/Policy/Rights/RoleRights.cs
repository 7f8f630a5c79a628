using System.Collections.Immutable;

namespace McpMesh.Policy.Rights;

/// <summary>What one combination of roles may do. The decision for a method is made once and kept.</summary>
internal sealed class RoleRights
{
    private readonly ImmutableArray<(string Name, BitSet Methods)> _members;
    private readonly MethodTable _methods;
    private readonly string _digest;
    private readonly Decision?[] _strict;
    private readonly Decision?[] _relaxed;

    public RoleRights(BitSet roles, ImmutableArray<(string Name, BitSet Methods)> members, MethodTable methods, string digest)
    {
        Roles = roles;
        _members = members;
        _methods = methods;
        _digest = digest;
        _strict = new Decision?[methods.Names.Length];
        _relaxed = new Decision?[methods.Names.Length];
    }

    /// <summary>The roles combined.</summary>
    public BitSet Roles { get; }

    /// <summary>
    /// The decision by roles alone: permit by the first role (in name order) that includes the method, else default deny.
    /// </summary>
    public Decision Decide(int method) => _strict[method] ??= Make(method);

    /// <summary>As <see cref="Decide"/>, with the record of the call asynchronous.</summary>
    public Decision DecideRelaxed(int method) => _relaxed[method] ??= Decide(method) with { StrictAudit = false };

    private Decision Make(int method)
    {
        var name = _methods.Names[method];
        foreach (var role in _members)
        {
            if (role.Methods.Contains(method))
            {
                return new Decision
                {
                    Kind = PolicyDecisionKind.Permit,
                    Rule = $"role:{role.Name}",
                    Reason = $"Role {role.Name} includes {name}.",
                    PolicyDigest = _digest,
                };
            }
        }

        return new Decision
        {
            Kind = PolicyDecisionKind.Deny,
            Rule = "default-deny",
            Reason = _members.Length switch
            {
                0 => $"The user has no role, so {name} is not allowed.",
                1 => $"Role {_members[0].Name} does not include {name}.",
                _ => $"None of the roles {string.Join(", ", _members.Select(role => role.Name))} includes {name}.",
            },
            PolicyDigest = _digest,
        };
    }
}
