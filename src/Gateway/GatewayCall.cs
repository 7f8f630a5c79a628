using System.Diagnostics;
using McpMesh.Audit;
using McpMesh.Gateway.Http;
using McpMesh.Gateway.Routing;
using McpMesh.Gateway.Runbooks;
using McpMesh.Gateway.Sessions;
using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway;

/// <summary>One request on its way through the pipeline. Each stage reads what earlier ones found and adds its own.</summary>
/// <param name="http">The exchange with the agent.</param>
/// <param name="pathServer">Server named by the path <c>/mcp/{server}</c>; null on <c>/mcp</c>.</param>
internal sealed class GatewayCall(HttpContext http, string? pathServer) : IDisposable
{
    public HttpContext Http { get; } = http;

    public string? PathServer { get; } = pathServer;

    /// <summary>The body; empty before the parse stage. Everything in <see cref="Envelope"/> points into it.</summary>
    public PooledBuffer Body { get; } = new(1024);

    /// <summary>The validated token; set by the authenticate stage, with <see cref="BearerToken"/>.</summary>
    public AccessToken? Token { get; set; }

    /// <summary>The same token as received: goes to token-exchange and nowhere else.</summary>
    public string BearerToken { get; set; } = "";

    public JsonRpcEnvelope? Envelope { get; set; }

    public McpEra Era { get; set; } = McpEra.Modern;

    /// <summary>Session of the legacy era; null in the modern one.</summary>
    public LegacySession? Session { get; set; }

    /// <summary>Where the call goes; set by the route stage. Null for a runbook.</summary>
    public ServerTarget? Server { get; set; }

    /// <summary>The runbook that is called; null for a server's tool.</summary>
    public RunbookTool? Runbook { get; set; }

    /// <summary>Mesh method that is decided and recorded, e.g. <c>logs.read</c>; set by the route stage.</summary>
    public string? Method { get; set; }

    /// <summary>What the server itself calls the tool, prompt or resource; null where the request names none.</summary>
    public string? Target { get; set; }

    /// <summary>Where that stands in the body, with the server's name before it.</summary>
    public JsonRange TargetAt { get; set; }

    public Decision? Decision { get; set; }

    /// <summary>Scopes of the hop token, space-separated; set by the decide stage.</summary>
    public string HopScope { get; set; } = "";

    /// <summary>Id of a durable call; null for a direct one.</summary>
    public string? CallId { get; set; }

    /// <summary>Id of the approval that the call needs; null for none.</summary>
    public string? Approval { get; set; }

    /// <summary>The record that the call is about to be made; null until it is recorded.</summary>
    public AuditEvent? Intent { get; set; }

    public HopToken? Hop { get; set; }

    /// <summary>How the call ended, as the record has it; null while it has not.</summary>
    public string? Outcome { get; set; }

    /// <summary>Why, when it did not succeed.</summary>
    public string? OutcomeReason { get; set; }

    /// <summary>Our span; null when nobody listens.</summary>
    public Activity? Activity { get; set; }

    /// <summary>JSON-RPC error code that the call ended with; null when it ended with a result.</summary>
    public int? ErrorCode { get; set; }

    /// <summary>The question to the policy, without a method.</summary>
    public PolicyRequest Ask(string method, DateTimeOffset now) => new()
    {
        Subject = Token!.Subject,
        Groups = Token.Groups,
        Scopes = Token.Scopes,
        Actors = Token.Actors.Actors,
        AuthenticationContext = Token.AuthenticationContext,
        Method = method,
        Arguments = Envelope is { Arguments.IsPresent: true } envelope ? envelope.Arguments.Of(Body.Written) : default,
        Time = now,
    };

    public void Dispose() => Body.Dispose();
}
