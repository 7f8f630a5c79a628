namespace McpMesh.Audit.Ocsf;

/// <summary>The texts of an event that a reader needs back. The order is that of <see cref="OcsfWriter"/>.</summary>
public enum OcsfField
{
    /// <summary><c>time_dt</c>.</summary>
    Time,

    /// <summary><c>status_code</c>.</summary>
    Outcome,

    /// <summary><c>status_detail</c>.</summary>
    Reason,

    /// <summary><c>metadata.uid</c>.</summary>
    Id,

    /// <summary><c>metadata.correlation_uid</c>.</summary>
    Transaction,

    /// <summary><c>metadata.log_provider</c>.</summary>
    Emitter,

    /// <summary><c>unmapped.mcpmesh.kind</c>, and its siblings from here on.</summary>
    Kind,

    /// <summary><c>call_id</c>.</summary>
    CallId,

    /// <summary><c>subject</c>.</summary>
    Subject,

    /// <summary><c>client_id</c>.</summary>
    ClientId,

    /// <summary><c>audience</c>.</summary>
    Audience,

    /// <summary><c>operation</c>.</summary>
    Operation,

    /// <summary><c>method</c>.</summary>
    Method,

    /// <summary><c>tool_digest</c>.</summary>
    ToolDigest,

    /// <summary><c>args_digest</c>.</summary>
    ArgumentDigest,

    /// <summary><c>token_jti</c>.</summary>
    AccessTokenId,

    /// <summary><c>id_jag_jti</c>.</summary>
    IdJagId,

    /// <summary><c>id_jag_iss</c>.</summary>
    IdJagIssuer,

    /// <summary><c>scope</c>.</summary>
    Scope,

    /// <summary><c>decision</c>.</summary>
    Decision,

    /// <summary><c>rule</c>.</summary>
    Rule,

    /// <summary><c>policy_digest</c>.</summary>
    PolicyDigest,

    /// <summary><c>trace_id</c>.</summary>
    TraceId,
}
