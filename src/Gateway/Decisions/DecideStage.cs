using McpMesh.Gateway.Errors;
using McpMesh.Gateway.Routing;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Decisions;

/// <summary>
/// Asks the policy in force. A tool is a method of its own; prompts, resources and completions of a server are open to whoever may use at
/// least one of its tools.
/// </summary>
internal sealed class DecideStage(IPolicySource policies, TimeProvider time)
{
    private const string AnyMethodRule = "any-method-of-server";

    /// <summary>Sets the decision and the scope of the hop.</summary>
    public GatewayError? Check(GatewayCall call)
    {
        if (policies.Current is not { } policy) return GatewayErrors.NoPolicy;
        return call.Envelope!.Method == McpMethod.ToolsCall ? DecideTool(call, policy) : DecideServer(call, policy);
    }

    private GatewayError? DecideTool(GatewayCall call, PolicyEngine policy)
    {
        var request = call.Ask(call.Method!, time.GetUtcNow());
        var decision = call.Decision = policy.Decide(in request);
        // A runbook makes no hop of its own; each of its steps is decided when it runs.
        var tool = call.Runbook is null ? call.Server!.Tools[call.Target!] : null;
        if (tool is not null) call.HopScope = ScopeOf(tool, policy, in request);
        return decision.Kind switch
        {
            // A call that needs an approval waits for it where it is durable.
            PolicyDecisionKind.Permit or PolicyDecisionKind.Approve => null,
            PolicyDecisionKind.InsufficientScope =>
                GatewayErrors.InsufficientScope(
                    decision.Reason, string.Join(' ', tool is null ? call.Runbook!.Methods : [tool.Method, .. tool.Calls])),
            _ => GatewayErrors.DeniedBy(decision),
        };
    }

    /// <summary>Scope of the hop that calls a tool: its method, and of those that it calls itself what the caller may use.</summary>
    public static string ScopeOf(ToolTarget tool, PolicyEngine policy, in PolicyRequest caller)
    {
        if (tool.Calls.IsEmpty) return tool.Method;
        var request = caller;
        return string.Join(' ', [tool.Method, .. tool.Calls.Where(m => Holds(policy, in request, m))]);
    }

    private GatewayError? DecideServer(GatewayCall call, PolicyEngine policy)
    {
        var server = call.Server!;
        var request = call.Ask(call.Method!, time.GetUtcNow());
        var methods = policy.EffectiveMethods(in request, server.Name);
        if (methods.Count > 0)
        {
            call.Decision = Decide(policy, PolicyDecisionKind.Permit, "The caller may use a tool of this server.");
            call.HopScope = string.Join(' ', methods);
            return null;
        }

        var allowed = policy.EffectiveMethods(request with { Scopes = [.. server.Tools.Values.Select(tool => tool.Method)] }, server.Name);
        var kind = allowed.Count > 0 ? PolicyDecisionKind.InsufficientScope : PolicyDecisionKind.Deny;
        call.Decision = Decide(policy, kind, "The caller may use no tool of this server.");
        return allowed.Count > 0
            ? GatewayErrors.InsufficientScope("The token has no scope of this server.", string.Join(' ', allowed))
            : GatewayErrors.DeniedBy(call.Decision);
    }

    private static bool Holds(PolicyEngine policy, in PolicyRequest caller, string method) =>
        policy.EffectiveMethods(in caller, method[..method.IndexOf('.', StringComparison.Ordinal)]).Contains(method);

    private static Decision Decide(PolicyEngine policy, PolicyDecisionKind kind, string reason) =>
        new() { Kind = kind, Rule = AnyMethodRule, Reason = reason, PolicyDigest = policy.Digest };
}
