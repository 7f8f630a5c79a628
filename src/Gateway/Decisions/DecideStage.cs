using McpMesh.Gateway.Errors;
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
        var tool = call.Server!.Tools[call.Target!];
        var request = call.Ask(tool.Method, time.GetUtcNow());
        var decision = call.Decision = policy.Decide(in request);
        call.HopScope = tool.Calls.IsEmpty
            ? tool.Method
            : string.Join(' ', [tool.Method, .. tool.Calls.Where(m => Holds(policy, in request, m))]);
        return decision.Kind switch
        {
            // A call that needs an approval waits for it where it is durable.
            PolicyDecisionKind.Permit or PolicyDecisionKind.Approve => null,
            PolicyDecisionKind.InsufficientScope =>
                GatewayErrors.InsufficientScope(decision.Reason, string.Join(' ', [tool.Method, .. tool.Calls])),
            _ => GatewayErrors.DeniedBy(decision),
        };
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
