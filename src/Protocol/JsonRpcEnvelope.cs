namespace McpMesh.Protocol;

/// <summary>
/// What a relay needs to know of one JSON-RPC message: where the parts stand in the body that was read once. Values are ranges, so that the
/// body can be passed on with single values replaced (<see cref="JsonSplice"/>) and every other byte untouched.
/// </summary>
public sealed record JsonRpcEnvelope
{
    /// <summary>Longest id in bytes, quotes included.</summary>
    public const int MaxIdBytes = 128;

    /// <summary>Longest idempotency key in bytes, quotes included.</summary>
    public const int MaxKeyBytes = 258;

    /// <summary>Request, notification or response.</summary>
    public required JsonRpcKind Kind { get; init; }

    /// <summary><c>method</c>; empty on a response.</summary>
    public required string Method { get; init; }

    /// <summary>The whole message, from brace to brace.</summary>
    public required JsonRange Message { get; init; }

    /// <summary><c>id</c>: a string or an integer.</summary>
    public JsonRange Id { get; init; }

    /// <summary><c>params</c>: an object.</summary>
    public JsonRange Params { get; init; }

    /// <summary><c>params.name</c>: a string.</summary>
    public JsonRange Name { get; init; }

    /// <summary><c>params.uri</c>: a string.</summary>
    public JsonRange Uri { get; init; }

    /// <summary><c>params.arguments</c>: an object.</summary>
    public JsonRange Arguments { get; init; }

    /// <summary><c>params.cursor</c>: a string.</summary>
    public JsonRange Cursor { get; init; }

    /// <summary><c>params.requestState</c> of a request that was answered with <c>input_required</c> before: a string.</summary>
    public JsonRange RequestState { get; init; }

    /// <summary><c>params.taskId</c>: a string.</summary>
    public JsonRange TaskId { get; init; }

    /// <summary><c>params.ref.name</c> or <c>params.ref.uri</c> of a completion request: a string.</summary>
    public JsonRange Reference { get; init; }

    /// <summary>True when <see cref="Reference"/> is a URI (<c>ref/resource</c>).</summary>
    public bool ReferenceIsUri { get; init; }

    /// <summary><c>params._meta</c>: an object.</summary>
    public JsonRange Meta { get; init; }

    /// <summary><c>params._meta["io.modelcontextprotocol/protocolVersion"]</c>; null when absent.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary><c>params._meta["io.modelcontextprotocol/clientCapabilities"]</c>: an object.</summary>
    public JsonRange ClientCapabilities { get; init; }

    /// <summary><c>params._meta.progressToken</c>: a string or an integer.</summary>
    public JsonRange ProgressToken { get; init; }

    /// <summary><c>params._meta.traceparent</c>: a string.</summary>
    public JsonRange TraceParent { get; init; }

    /// <summary><c>params._meta.tracestate</c>: a string.</summary>
    public JsonRange TraceState { get; init; }

    /// <summary><c>params._meta["dev.mcpmesh/idempotencyKey"]</c>: a string.</summary>
    public JsonRange IdempotencyKey { get; init; }
}
