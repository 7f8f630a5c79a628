using System.Security.Cryptography;
using System.Text;
using Dapr.Workflow;
using McpMesh.Audit;
using McpMesh.Gateway.Approvals;
using McpMesh.Gateway.Decisions;
using McpMesh.Gateway.Durable;
using McpMesh.Gateway.Records;
using McpMesh.Gateway.Routing;
using McpMesh.Identity;
using McpMesh.Policy;

namespace McpMesh.Gateway.Runbooks;

/// <summary>
/// Decides a step at the moment it runs, for the identity that the run was begun with, and makes the intent durable. It may run twice: the
/// record's id follows from the call's, so the log has it once.
/// </summary>
internal sealed class AuthorizeStepActivity(IPolicySource policies, ServerDirectory servers, ToolHintSource hints, IAuditPublisher audit)
    : WorkflowActivity<StepRequest, StepOrder>
{
    public override async Task<StepOrder> RunAsync(WorkflowActivityContext context, StepRequest input)
    {
        var policy = policies.Current ?? throw new InvalidOperationException("No policy is in force yet.");
        var arguments = Encoding.UTF8.GetBytes(input.Arguments);
        var request = input.Caller.Ask(input.Method, arguments, new DateTimeOffset(input.At, TimeSpan.Zero));
        var decision = policy.Decide(in request);
        var (server, tool) = FindTool(input.Method);
        if (decision.Kind is not (PolicyDecisionKind.Permit or PolicyDecisionKind.Approve) || tool is null)
        {
            var reason = tool is null ? "The tool has been removed from the mesh." : decision.Reason;
            var denial = Describe(input, arguments, decision, scope: input.Method, "denial of ") with
            {
                Kind = AuditEventKind.Denial,
                Outcome = "denied",
                Reason = reason,
            };
            await audit.RecordAsync(denial, CancellationToken.None);
            return new StepOrder(null, reason);
        }

        var scope = DecideStage.ScopeOf(tool, policy, in request);
        var delegation = new Delegation(input.Delegation, input.DelegationEnds);
        var traits = await hints.GetAsync(server!, tool.Tool, delegation, scope, CancellationToken.None);
        var intent = Describe(input, arguments, decision, scope, "intent of ");
        if (decision.StrictAudit || !audit.TryEnqueue(intent)) await audit.RecordAsync(intent, CancellationToken.None);
        return new StepOrder(
            new DurableCall
            {
                Id = input.CallId,
                Server = server!.Name,
                Tool = tool.Tool,
                Message = StepMessage.Write(input.CallId, tool.Tool, input.Arguments, input.TraceParent),
                Scope = scope,
                Delegation = input.Delegation,
                DelegationEnds = input.DelegationEnds,
                // What changes nothing may be repeated like what changes the same thing again.
                IsIdempotent = tool.IsDurable == false || traits.IsIdempotent || traits.IsReadOnly,
                Intent = intent,
                Approval = ApprovalOf(input, decision),
            },
            null);
    }

    /// <summary>The policy's rule before the runbook's own wish; null when neither asks for a person.</summary>
    private static ApprovalOrder? ApprovalOf(StepRequest input, Decision decision)
    {
        var id = ApprovalId.Of(input.CallId);
        if (decision.Kind == PolicyDecisionKind.Approve)
        {
            return new ApprovalOrder
            {
                Id = id,
                Approvers = decision.Approvers,
                ExpiresAfter = decision.ApprovalExpires,
                Rule = decision.Rule,
                RuleReason = decision.Reason,
                Arguments = input.Arguments,
            };
        }

        return input.Approve is not { } approve ? null : new ApprovalOrder
        {
            Id = id,
            Approvers = approve.Approvers,
            ExpiresAfter = approve.Expires,
            Rule = input.Intent.Method ?? "",
            RuleReason = approve.Reason,
            Arguments = input.Arguments,
        };
    }

    private (ServerTarget? Server, ToolTarget? Tool) FindTool(string method)
    {
        var dot = method.IndexOf('.', StringComparison.Ordinal);
        var server = servers.Find(method[..dot]);
        return (server, server?.Tools.GetValueOrDefault(method[(dot + 1)..]));
    }

    private static AuditEvent Describe(StepRequest input, byte[] arguments, Decision decision, string scope, string purpose) =>
        input.Intent with
        {
            Id = DerivedId.Of(purpose + input.CallId),
            Time = new DateTimeOffset(input.At, TimeSpan.Zero),
            CallId = input.CallId,
            Method = input.Method,
            ArgumentDigest = string.Concat("sha256:", Convert.ToHexStringLower(SHA256.HashData(arguments))),
            Scope = scope,
            Decision = decision.Kind switch
            {
                PolicyDecisionKind.Permit => "permit",
                PolicyDecisionKind.Approve => "approve",
                _ => "deny",
            },
            Rule = decision.Rule,
            PolicyDigest = decision.PolicyDigest,
        };
}
