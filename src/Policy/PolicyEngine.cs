using System.Collections.Immutable;
using McpMesh.Policy.Rights;
using McpMesh.Policy.Rules;

namespace McpMesh.Policy;

/// <summary>A compiled policy version. Immutable; safe for any number of threads.</summary>
public sealed class PolicyEngine
{
    private readonly MethodTable _methods;
    private readonly RoleTable _roles;
    private readonly ActorTable _actors;
    private readonly MethodRules?[] _rules;
    private readonly Decision[] _scopeMissing;
    private readonly Decision _unknownMethod;

    private PolicyEngine(PolicyDocument document, string digest)
    {
        Digest = digest;
        _methods = new MethodTable(document.Methods);
        _roles = new RoleTable(document, _methods, digest);
        _actors = new ActorTable(document, _methods, digest);
        _rules = new PolicyCompiler(document, _methods, _roles, digest).CompileRules();
        _scopeMissing = [.. _methods.Names.Select(method => new Decision
        {
            Kind = PolicyDecisionKind.InsufficientScope,
            Rule = "token-scope",
            Reason = $"The access token lacks the scope {method}.",
            PolicyDigest = digest,
        })];
        _unknownMethod = new Decision
        {
            Kind = PolicyDecisionKind.Deny,
            Rule = "unknown-method",
            Reason = "The mesh knows no such method.",
            PolicyDigest = digest,
        };
    }

    /// <summary>Digest of the version, <c>sha256:</c> and 64 hex digits.</summary>
    public string Digest { get; }

    /// <summary>Compiles a document.</summary>
    /// <exception cref="PolicyException">The document is not a valid policy; the message names the rule and the field.</exception>
    public static PolicyEngine Compile(PolicyDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var canonical = PolicyDocumentJson.Canonicalize(document);
        PolicyDocumentValidator.Check(canonical);
        return new PolicyEngine(canonical, PolicyDocumentJson.DigestOf(PolicyDocumentJson.Serialize(canonical)));
    }

    /// <summary>Decides. Default deny; effective rights = role scopes ∩ token scopes ∩ every actor's scopes.</summary>
    /// <remarks>
    /// <see cref="PolicyDecisionKind.InsufficientScope"/> is given only when nothing else denies, because only then does asking for more
    /// scope help. Without rules on arguments nothing is allocated once a combination of roles has been seen.
    /// </remarks>
    public Decision Decide(in PolicyRequest request)
    {
        if (!_methods.TryFind(request.Method, out var method))
            return _unknownMethod;

        var rights = _roles.RightsOf(request.Groups);
        var byRole = rights.Decide(method);
        if (!byRole.IsPermitted)
            return byRole;

        if (_actors.FindDenial(request.Actors, method) is { } denial)
            return denial;

        var outcome = _rules[method]?.Evaluate(request, rights) ?? default;
        if (outcome.Denial is not null)
            return outcome.Denial;

        if (!HasScope(request.Scopes, request.Method))
            return _scopeMissing[method];

        if (outcome.Approval is not null)
            return outcome.RelaxedAudit ? outcome.Approval.RelaxedApproval! : outcome.Approval.Approval!;

        return outcome.RelaxedAudit ? rights.DecideRelaxed(method) : byRole;
    }

    /// <summary>
    /// The methods of <paramref name="server"/> (<c>server.tool</c>) that <see cref="Decide"/> could permit for this caller, with some
    /// arguments or after an approval: what a list may show. Sorted; the method and the arguments of <paramref name="caller"/> are not
    /// looked at.
    /// </summary>
    public IReadOnlyList<string> EffectiveMethods(in PolicyRequest caller, string server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var rights = _roles.RightsOf(caller.Groups);
        var effective = new List<string>();
        foreach (var method in _methods.OfServer(server))
        {
            var name = _methods.Names[method];
            if (rights.Decide(method).IsPermitted
                && _actors.FindDenial(caller.Actors, method) is null
                && HasScope(caller.Scopes, name)
                && _rules[method]?.AlwaysDenies(caller, rights) is not true)
            {
                effective.Add(name);
            }
        }

        return effective;
    }

    /// <summary>Whether <paramref name="groups"/> give one of <paramref name="roles"/>; a role that this version does not have gives
    /// nothing.</summary>
    public bool HasRole(ImmutableArray<string> groups, ImmutableArray<string> roles) =>
        _roles.SetOf([.. roles.Where(_roles.Has)]).Overlaps(_roles.RightsOf(groups).Roles);

    /// <summary>The roles that <paramref name="groups"/> give, sorted.</summary>
    public ImmutableArray<string> RolesOf(ImmutableArray<string> groups) => _roles.NamesIn(_roles.RightsOf(groups).Roles);

    private static bool HasScope(ImmutableArray<string> scopes, string method)
    {
        foreach (var scope in scopes.AsSpan())
        {
            if (ScopePattern.TokenCovers(scope, method))
                return true;
        }

        return false;
    }
}
