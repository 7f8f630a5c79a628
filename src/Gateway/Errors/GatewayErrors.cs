using McpMesh.Identity;
using McpMesh.Policy;
using McpMesh.Protocol;

namespace McpMesh.Gateway.Errors;

/// <summary>Every error that the gateway gives, in one place.</summary>
internal static class GatewayErrors
{
    private const string BadRequest = "The request is not acceptable.";
    private const string BadHeader = "The headers do not agree with the body.";
    private const string BadParams = "The parameters are not acceptable.";
    private const string Denied = "The call is denied.";
    private const string Unavailable = "The server is not available.";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public static GatewayError ForbiddenHost { get; } = new(
        403, JsonRpcErrorCode.InvalidRequest, BadRequest, "Host names no host of this gateway.");

    public static GatewayError ForbiddenOrigin { get; } = new(
        403, JsonRpcErrorCode.InvalidRequest, BadRequest, "Origin is not on the allow-list.");

    public static GatewayError NotAcceptable { get; } = new(
        406, JsonRpcErrorCode.InvalidRequest, BadRequest, "Accept must list application/json and text/event-stream.");

    public static GatewayError UnsupportedMediaType { get; } = new(
        415, JsonRpcErrorCode.InvalidRequest, BadRequest, "Content-Type must be application/json without a content encoding.");

    public static GatewayError MethodNotAllowed { get; } = new(
        405, JsonRpcErrorCode.InvalidRequest, BadRequest, "This revision has only POST here.")
    { Allow = "POST" };

    public static GatewayError NotPosted { get; } = new(
        405, JsonRpcErrorCode.InvalidRequest, BadRequest, "A message is sent with POST.")
    { Allow = "GET, POST, DELETE" };

    public static GatewayError NoToken { get; } = new(
        401, MeshErrorCode.Unauthenticated, "A token is required.", "The request carries no bearer token.")
    { Challenge = "" };

    public static GatewayError MissingSession { get; } = new(
        400, JsonRpcErrorCode.InvalidRequest, BadRequest, "Mcp-Session-Id is required: initialize first.");

    public static GatewayError UnknownSession { get; } = new(
        404, JsonRpcErrorCode.InvalidRequest, "The session is not known.", "The session has ended or never was: initialize again.");

    public static GatewayError UnexpectedResponse { get; } = new(
        400, JsonRpcErrorCode.InvalidRequest, BadRequest, "The message answers no request of this gateway.");

    public static GatewayError MissingMeta { get; } = new(
        400, JsonRpcErrorCode.InvalidParams, BadParams,
        $"params._meta must hold {McpMetaKey.ProtocolVersion} and {McpMetaKey.ClientCapabilities}; a client of an older revision " +
            "initializes first.");

    public static GatewayError NoPolicy { get; } =
        new(200, MeshErrorCode.Denied, Denied, "No policy is in force yet.") { RetryAfter = Soon };

    public static GatewayError AuditUnavailable { get; } = new(
        200, MeshErrorCode.AuditUnavailable, "The call cannot be recorded.",
        "No call is made without a durable record, and none could be made now.")
    {
        RetryAfter = Soon,
    };

    public static GatewayError NotInThisList { get; } = new(
        200, JsonRpcErrorCode.InvalidParams, BadParams, "params.cursor is not one of this gateway: lists have one page.");

    public static GatewayError InvalidToken(string reason) => new(
        401, MeshErrorCode.Unauthenticated, "The token is not valid.", reason)
    { Challenge = "invalid_token" };

    public static GatewayError TooLarge(int limit) => new(
        413, JsonRpcErrorCode.InvalidRequest, "The body is too large.", $"The body must not exceed {limit} bytes.");

    public static GatewayError Malformed(JsonRpcFault fault) => new(400, fault.Code, BadRequest, fault.Message);

    public static GatewayError Unreadable(int status) =>
        new(status, JsonRpcErrorCode.InvalidRequest, BadRequest, "The body could not be read.");

    public static GatewayError HeaderMismatch(string reason) => new(400, JsonRpcErrorCode.HeaderMismatch, BadHeader, reason);

    public static GatewayError UnsupportedVersion(string requested) => new(
        400, JsonRpcErrorCode.UnsupportedProtocolVersion, "The protocol version is not served.", "See data.supported.")
    { RequestedVersion = requested };

    public static GatewayError UnknownMethod(McpEra era) => new(
        era == McpEra.Modern ? 404 : 200, JsonRpcErrorCode.MethodNotFound, "The method is not known.",
        "This gateway does not serve the method.");

    public static GatewayError InvalidParams(string reason) => new(200, JsonRpcErrorCode.InvalidParams, BadParams, reason);

    public static GatewayError UnknownResource(string uri) => new(
        200, JsonRpcErrorCode.InvalidParams, BadParams, "params.uri names no resource of this gateway.")
    { ResourceUri = uri };

    public static GatewayError DeniedBy(Decision decision) => new(200, MeshErrorCode.Denied, Denied, decision.Reason);

    /// <summary>For a client that can be asked for nothing: it shows its user where the approval is.</summary>
    public static GatewayError NeedsApproval(string reason, string approval, Uri url) => new(
        200, MeshErrorCode.Denied, "The call needs an approval.",
        $"{reason} It waits at {url.AbsoluteUri} and is made when it is approved; ask again with the same call to get its result.")
    { Url = url, Approval = approval, RetryAfter = TimeSpan.FromSeconds(5), Outcome = "waiting" };

    public static GatewayError NotApproved(string reason) => new(
        200, MeshErrorCode.ApprovalRefused, "The call was not approved.", reason)
    { Outcome = "denied" };

    public static GatewayError Withdrawn { get; } = new(
        200, MeshErrorCode.ApprovalRefused, "The call was cancelled.", "It was cancelled before it was approved; nothing was done.")
    { Outcome = "cancelled" };

    public static GatewayError UnshowableArguments { get; } = new(
        200, JsonRpcErrorCode.InvalidParams, BadParams,
        "params.arguments of a call that a person must approve have at most 65536 bytes: more could not be shown.");

    public static GatewayError UnknownRequestState { get; } = new(
        200, JsonRpcErrorCode.InvalidParams, BadParams, "params.requestState is not of a call with these parameters by this caller.");

    public static GatewayError UnknownTask { get; } = new(
        200, JsonRpcErrorCode.InvalidParams, BadParams, "params.taskId names no task of this caller.");

    public static GatewayError TasksNotDeclared { get; } = new(
        400, JsonRpcErrorCode.MissingRequiredClientCapability, "The client cannot do this.",
        "params._meta must declare the extension io.modelcontextprotocol/tasks in clientCapabilities.extensions.");

    public static GatewayError InsufficientScope(string reason, string scope) =>
        new(403, MeshErrorCode.Denied, "The token's scope is too narrow.", reason)
        {
            Challenge = "insufficient_scope",
            Scope = scope,
        };

    public static GatewayError HopRefused(HopTokenException refusal) => new(
        200, MeshErrorCode.TokenExchangeFailed, "There is no token for the next hop.",
        refusal.SignInUrl is null ? refusal.Message : $"{refusal.Message} Sign in at {refusal.SignInUrl.AbsoluteUri}")
    {
        Url = refusal.SignInUrl,
        TokenError = refusal.Error,
        RetryAfter = refusal.Error == "temporarily_unavailable" ? Soon : null,
    };

    public static GatewayError ServerFailed(string reason, int status) => new(
        200, MeshErrorCode.ServerFailed, "The server's answer is not MCP.", reason)
    { UpstreamStatus = status, Outcome = "unknown" };

    public static GatewayError ServerUnavailable(string reason) => new(
        200, MeshErrorCode.ServerUnavailable, Unavailable, reason)
    { RetryAfter = Soon };

    public static GatewayError OutcomeUnknown(string reason) => new(
        200, MeshErrorCode.OutcomeUnknown, "The outcome of the call is not known.", reason)
    { Outcome = "unknown" };

    public static GatewayError IdempotencyConflict { get; } = new(
        200, MeshErrorCode.IdempotencyConflict, "The idempotency key was used before.",
        "The key names a call with other arguments; nothing was done.");

    public static GatewayError TooManyEqualCalls { get; } = new(
        200, MeshErrorCode.Limited, "Too many calls.", "Too many equal calls are under way at once; give each an idempotency key.")
    { RetryAfter = Soon };

    public static GatewayError CallsUnavailable { get; } = new(
        503, MeshErrorCode.ServerUnavailable, "Calls that change something are not available.",
        "The store of durable calls does not answer; the same request may be sent again.")
    { RetryAfter = Soon };

    public static GatewayError Cancelled { get; } = new(
        200, JsonRpcErrorCode.InternalError, "The call was cancelled.", "The client cancelled the request.")
    { Outcome = "cancelled" };

    public static GatewayError KeysUnavailable { get; } = new(
        503, MeshErrorCode.ServerUnavailable, "Tokens cannot be checked.", "The keys of the authorization server cannot be had.")
    { RetryAfter = Soon };

    public static GatewayError SessionsUnavailable { get; } = new(
        503, MeshErrorCode.ServerUnavailable, "Sessions are not available.", "The session store does not answer.")
    { RetryAfter = Soon };
}
