using System.Collections.Immutable;
using McpMesh.Policy.Arguments;
using McpMesh.Policy.Rights;

namespace McpMesh.Policy.Rules;

/// <summary>The rules that speak about one method, in the order of the document.</summary>
internal sealed class MethodRules
{
    private readonly ImmutableArray<CompiledRule> _rules;
    private readonly ArgumentReader? _arguments;
    private readonly Decision _unreadableArguments;

    public MethodRules(ImmutableArray<CompiledRule> rules, string digest)
    {
        _rules = rules;
        var pointers = rules.SelectMany(rule => rule.Arguments).Select(argument => argument.Pointer).Distinct().ToImmutableArray();
        _arguments = pointers.IsEmpty ? null : new ArgumentReader(pointers);
        _unreadableArguments = new Decision
        {
            Kind = PolicyDecisionKind.Deny,
            Rule = "unreadable-arguments",
            Reason = "The arguments are not one JSON object with unique member names and at most 64 levels.",
            PolicyDigest = digest,
        };
    }

    /// <summary>
    /// Evaluates with the arguments of the call; arguments are read only when a rule that matches the caller looks at them.
    /// </summary>
    public RuleOutcome Evaluate(in PolicyRequest request, RoleRights rights)
    {
        ArgumentValue[]? values = null;
        CompiledRule? approval = null;
        var relaxed = false;
        foreach (var rule in _rules)
        {
            if (rule.Caller is not null && !rule.Caller.Holds(request, rights))
                continue;

            if (!rule.Arguments.IsEmpty)
            {
                values ??= _arguments!.Read(request.Arguments.Span);
                if (values is null)
                    return new RuleOutcome(_unreadableArguments, null, false);

                if (!Holds(rule, values, request.Arguments.Span))
                    continue;
            }

            if (rule.Denial is not null)
                return new RuleOutcome(rule.Denial, null, false);

            approval ??= rule.Approval is null ? null : rule;
            relaxed |= rule.RelaxesAudit;
        }

        return new RuleOutcome(null, approval, relaxed);
    }

    /// <summary>True when this caller is denied whatever the arguments are.</summary>
    public bool AlwaysDenies(in PolicyRequest caller, RoleRights rights)
    {
        foreach (var rule in _rules)
        {
            if (rule.Denial is not null && rule.Arguments.IsEmpty && (rule.Caller is null || rule.Caller.Holds(caller, rights)))
                return true;
        }

        return false;
    }

    private bool Holds(CompiledRule rule, ArgumentValue[] values, ReadOnlySpan<byte> json)
    {
        foreach (var (pointer, test) in rule.Arguments)
        {
            if (!test.Holds(values[_arguments!.SlotOf(pointer)], json))
                return false;
        }

        return true;
    }
}
