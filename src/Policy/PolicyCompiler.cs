using System.Collections.Immutable;
using McpMesh.Policy.Arguments;
using McpMesh.Policy.Rights;
using McpMesh.Policy.Rules;

namespace McpMesh.Policy;

/// <summary>Checks the rules of a document and makes them ready.</summary>
internal sealed class PolicyCompiler(PolicyDocument document, MethodTable methods, RoleTable roles, string digest)
{
    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    /// <summary>The rules by method; null for a method that no rule speaks about.</summary>
    public MethodRules?[] CompileRules()
    {
        var compiled = document.Rules.Select(Compile).ToList();
        return
        [
            .. methods.Names.Select(method =>
            {
                ImmutableArray<CompiledRule> own = [
                    .. compiled.Where(rule => rule.Rule.Methods.Any(pattern => ScopePattern.Covers(pattern, method)))];
                return own.IsEmpty ? null : new MethodRules(own, digest);
            }),
        ];
    }

    private CompiledRule Compile(PolicyRule rule)
    {
        var approval = rule.Effect == "approve"
            ? Decide(rule, PolicyDecisionKind.Approve, rule.Reason ?? "A human has to approve this call.") with
            {
                Approvers = rule.Approvers,
                ApprovalExpires = rule.Expires ?? s_day,
            }
            : null;
        return new CompiledRule
        {
            Rule = rule,
            Caller = rule.When is null ? null : CompileCaller(rule.When, rule.Id),
            Arguments = rule.When is null
                ? []
                : [.. rule.When.Arguments.Select(argument => CompileArgument(argument.Key, argument.Value, rule.Id))],
            Denial = CompileDenial(rule),
            Approval = approval,
            RelaxedApproval = approval is null ? null : approval with { StrictAudit = false },
            RelaxesAudit = rule.Audit == "relaxed",
        };
    }

    private Decision? CompileDenial(PolicyRule rule) => rule.Effect switch
    {
        null or "approve" => null,
        "deny" => Decide(rule, PolicyDecisionKind.Deny, rule.Reason ?? $"Rule {rule.Id} denies this call."),
        // An obligation that nobody can meet here must not be passed over, so the call does not happen.
        _ => Decide(rule, PolicyDecisionKind.Deny, $"Rule {rule.Id} asks for '{rule.Effect}', which this enforcement point cannot do."),
    };

    private Decision Decide(PolicyRule rule, PolicyDecisionKind kind, string reason) =>
        new() { Kind = kind, Rule = rule.Id, Reason = reason, PolicyDigest = digest };

    private CallerCondition? CompileCaller(PolicyCondition condition, string rule)
    {
        DailyWindow? window = null;
        if (condition.Between is not null)
        {
            window = DailyWindow.Parse(condition.Between)
                ?? throw new PolicyException($"rules.{rule}.when.between: must be HH:mm-HH:mm in UTC");
        }

        var wanted = condition.Roles.IsDefaultOrEmpty ? null : roles.SetOf(condition.Roles);
        var isEmpty = condition.Clients.IsDefaultOrEmpty && condition.Acr.IsDefaultOrEmpty && wanted is null && window is null;
        return isEmpty ? null : new CallerCondition(condition, wanted, window);
    }

    private static (JsonPointer, CompiledArgumentTest) CompileArgument(string pointer, ArgumentTest test, string rule) =>
        (JsonPointer.Parse(pointer)
            ?? throw new PolicyException($"rules.{rule}.when.arguments: '{pointer}' is not a JSON Pointer (RFC 6901)"),
            new CompiledArgumentTest(test));
}
