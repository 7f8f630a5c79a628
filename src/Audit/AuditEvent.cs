using System.Collections.Immutable;
using System.Text.Json.Serialization;
using McpMesh.Audit.Ocsf;

namespace McpMesh.Audit;

/// <summary>
/// One record of one hop, from any emitter. On the wire (topic <c>audit-events</c>) it is OCSF 1.8.0 JSON: API Activity 6003 for calls,
/// Authentication 3002 for token issuance. Carries digests and <c>jti</c>s, never tokens or argument values.
/// </summary>
[JsonConverter(typeof(AuditEventJsonConverter))]
public sealed record AuditEvent
{
    /// <summary>Unique id (UUIDv7); redelivery of the same id never makes a second record.</summary>
    public required string Id { get; init; }

    /// <summary>What happened.</summary>
    public required AuditEventKind Kind { get; init; }

    /// <summary>When, by the emitter's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Emitting service: <c>gateway</c>, <c>token-exchange</c>, <c>policy</c>, or a server's name.</summary>
    public required string Emitter { get; init; }

    /// <summary><c>txn</c> of the chain; null when refused before a token was readable.</summary>
    public string? Transaction { get; init; }

    /// <summary>Hop number within the transaction: 1 is agent to gateway.</summary>
    public int Hop { get; init; }

    /// <summary>Id that pairs an intent with its outcome.</summary>
    public string? CallId { get; init; }

    /// <summary>Issuer and subject of the user, <c>iss|sub</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>Actor chain, newest first.</summary>
    public ImmutableArray<string> Actors { get; init; } = [];

    /// <summary>OAuth client that presented the token.</summary>
    public string? ClientId { get; init; }

    /// <summary>Resource the token was for: to whom.</summary>
    public string? Audience { get; init; }

    /// <summary>MCP method, e.g. <c>tools/call</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>Mesh method, e.g. <c>logs.read</c>.</summary>
    public string? Method { get; init; }

    /// <summary>SHA-256 of the tool's definition, when known.</summary>
    public string? ToolDigest { get; init; }

    /// <summary>SHA-256 of the arguments' bytes.</summary>
    public string? ArgumentDigest { get; init; }

    /// <summary><c>jti</c> of the presented access token.</summary>
    public string? AccessTokenId { get; init; }

    /// <summary><c>jti</c> of the ID-JAG that it came from.</summary>
    public string? IdJagId { get; init; }

    /// <summary>Issuer of that ID-JAG.</summary>
    public string? IdJagIssuer { get; init; }

    /// <summary>Scopes in force, space-separated.</summary>
    public string? Scope { get; init; }

    /// <summary><c>permit</c>, <c>deny</c> or <c>approve</c>; null when no decision was made.</summary>
    public string? Decision { get; init; }

    /// <summary>Rule id of the decision.</summary>
    public string? Rule { get; init; }

    /// <summary>Digest of the policy version.</summary>
    public string? PolicyDigest { get; init; }

    /// <summary>Id of the approval that the call needed, or that the record is about.</summary>
    public string? Approval { get; init; }

    /// <summary><c>success</c>, <c>denied</c>, <c>failed</c>, <c>cancelled</c>, <c>unknown</c>; null on an intent.</summary>
    public string? Outcome { get; init; }

    /// <summary>One sentence: reason of a denial or failure.</summary>
    public string? Reason { get; init; }

    /// <summary>W3C trace id.</summary>
    public string? TraceId { get; init; }
}
