namespace McpMesh.Audit.Ocsf;

/// <summary>The values of an event that a reader needs back, wherever its class has a place for them.</summary>
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

    /// <summary>What happened, in the mesh's word.</summary>
    Kind,

    /// <summary>Id that pairs an intent with its outcome.</summary>
    CallId,

    /// <summary>Issuer and subject of the user.</summary>
    Subject,

    /// <summary>OAuth client.</summary>
    ClientId,

    /// <summary>Resource the token was for.</summary>
    Audience,

    /// <summary>MCP method.</summary>
    Operation,

    /// <summary>Mesh method.</summary>
    Method,

    /// <summary>Digest of the tool's definition.</summary>
    ToolDigest,

    /// <summary>Digest of the arguments.</summary>
    ArgumentDigest,

    /// <summary>Id of the access token.</summary>
    AccessTokenId,

    /// <summary>Id of the ID-JAG.</summary>
    IdJagId,

    /// <summary>Issuer of the ID-JAG.</summary>
    IdJagIssuer,

    /// <summary>Scopes in force.</summary>
    Scope,

    /// <summary>The decision.</summary>
    Decision,

    /// <summary>Rule of the decision.</summary>
    Rule,

    /// <summary>Digest of the policy version.</summary>
    PolicyDigest,

    /// <summary>Id of the approval.</summary>
    Approval,

    /// <summary>W3C trace id.</summary>
    TraceId,

    /// <summary>Actor chain, newest first: an array. What stands above is a text.</summary>
    Actors,

    /// <summary><c>class_uid</c>, a number.</summary>
    Class,

    /// <summary><c>type_uid</c>, a number.</summary>
    Type,

    /// <summary>Hop, a number.</summary>
    Hop,
}
