using McpMesh.Adapters.Mcp;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Adapters.Access;

/// <summary>
/// Decides every call again at the last hop: an enforcement point that trusts no caller, not even the gateway. Policy is evaluated in
/// process.
/// </summary>
internal sealed class Authorization(IPolicySource policies, ServedServer served, BearerChallenge challenge, TimeProvider clock)
{
    /// <summary>Decides a method (<c>server.tool</c>) with these arguments; the refusal is null when it is permitted.</summary>
    public (Decision? Decision, Refusal? Refusal) Decide(Caller caller, string method, ReadOnlyMemory<byte> arguments)
    {
        var token = caller.Token;
        if (policies.Current is not { } policy)
        {
            return (null, new Refusal(StatusCodes.Status200OK, MeshErrorCode.ServerUnavailable, "No policy is in force yet.")
            {
                Data = writer =>
                {
                    writer.WriteString("reason", "No policy is in force yet.");
                    writer.WriteString("method", method);
                    writer.WriteString("txn", token.Transaction);
                    writer.WriteNumber("retryAfterMs", 1000);
                },
            });
        }
        var decision = policy.Decide(Request(caller, method, arguments));
        return (decision, decision.Kind switch
        {
            PolicyDecisionKind.Permit => null,
            // Step-up helps: RFC 6750 section 3.1.
            PolicyDecisionKind.InsufficientScope => Denied(decision.Reason, method, token.Transaction) with
            {
                Status = StatusCodes.Status403Forbidden,
                Challenge = challenge.InsufficientScope(method),
            },
            // Whoever forwards the call must have got the approval; here it cannot be seen, so the call is refused.
            PolicyDecisionKind.Approve => Denied($"A human must approve this call first. {decision.Reason}", method, token.Transaction),
            _ => Denied(decision.Reason, method, token.Transaction),
        });
    }

    /// <summary>The tools that a list may show this caller.</summary>
    public IReadOnlySet<string> VisibleTools(Caller caller)
    {
        if (policies.Current is not { } policy) return new HashSet<string>();
        var prefix = served.Name.Length + 1;
        return policy.EffectiveMethods(Request(caller, served.Name, default), served.Name)
            .Select(method => method[prefix..]).ToHashSet(StringComparer.Ordinal);
    }

    private PolicyRequest Request(Caller caller, string method, ReadOnlyMemory<byte> arguments) => new()
    {
        Subject = caller.Token.Subject,
        Groups = caller.Token.Groups,
        Scopes = caller.Token.Scopes,
        Actors = caller.Token.Actors.Actors,
        Method = method,
        Arguments = arguments,
        AuthenticationContext = caller.Token.AuthenticationContext,
        Time = clock.GetUtcNow(),
    };

    private static Refusal Denied(string reason, string method, string transaction) =>
        new(StatusCodes.Status200OK, MeshErrorCode.Denied, $"{method} is denied: {reason}")
        {
            Data = writer =>
            {
                writer.WriteString("reason", reason);
                writer.WriteString("method", method);
                writer.WriteString("txn", transaction);
            },
        };
}
