using System.Text;

namespace McpMesh.Audit.Ocsf;

/// <summary>An attribute on the way to the values that a reader needs back.</summary>
/// <param name="Name">Name of the attribute.</param>
/// <param name="Field">The value that stands there; null for an object, or an array whose first object counts.</param>
/// <param name="Children">Attributes of that object.</param>
internal sealed record OcsfNode(string Name, OcsfField? Field, params OcsfNode[] Children)
{
    private const string Mesh = "mcpmesh";

    /// <summary>All of them, in the order in which <see cref="OcsfWriter"/> writes them.</summary>
    internal static readonly OcsfNode Event = Of(
        "event",
        new("class_uid", OcsfField.Class),
        new("type_uid", OcsfField.Type),
        new("time_dt", OcsfField.Time),
        Of("metadata", new("uid", OcsfField.Id), new("correlation_uid", OcsfField.Transaction), new("log_provider", OcsfField.Emitter)),
        new("status_code", OcsfField.Outcome),
        new("status_detail", OcsfField.Reason),
        User(),
        Of(
            "actor", User(), new("app_uid", OcsfField.ClientId), Session(),
            Of("authorizations", Of("policy", new OcsfNode("data", OcsfField.Actors)))),
        Of(
            "api", new("operation", OcsfField.Operation) { IsUnknownMissing = true },
            Of("service", new OcsfNode("uid", OcsfField.Audience)),
            Of("request", new OcsfNode("uid", OcsfField.CallId)), Of("token", new OcsfNode("uid", OcsfField.AccessTokenId))),
        Of("resources", new("name", OcsfField.Method), new("uid", OcsfField.ToolDigest)),
        Of(
            "authorizations", new("decision", OcsfField.Decision),
            Of("policy", new("uid", OcsfField.Rule), new("version", OcsfField.PolicyDigest))),
        Of("trace", new OcsfNode("uid", OcsfField.TraceId)),
        Of("service", new OcsfNode("name", OcsfField.Audience) { IsUnknownMissing = true }),
        Session(),
        Of("entity", new OcsfNode("version", OcsfField.PolicyDigest)),
        Of("unmapped", Of(
            Mesh, new("kind", OcsfField.Kind), new("hop", OcsfField.Hop), new("call_id", OcsfField.CallId),
            new("subject", OcsfField.Subject), new("client_id", OcsfField.ClientId), new("actors", OcsfField.Actors), new("audience", OcsfField.Audience),
            new("operation", OcsfField.Operation), new("method", OcsfField.Method), new("tool_digest", OcsfField.ToolDigest),
            new("args_digest", OcsfField.ArgumentDigest), new("token_jti", OcsfField.AccessTokenId), new("id_jag_jti", OcsfField.IdJagId),
            new("id_jag_iss", OcsfField.IdJagIssuer), new("scope", OcsfField.Scope), new("decision", OcsfField.Decision),
            new("rule", OcsfField.Rule), new("policy_digest", OcsfField.PolicyDigest), new("trace_id", OcsfField.TraceId),
            new("approval", OcsfField.Approval))));

    internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>OCSF requires a text here, and <see cref="OcsfPlacement.Unknown"/> means that there is none.</summary>
    internal bool IsUnknownMissing { get; init; }

    private static OcsfNode Of(string name, params OcsfNode[] children) => new(name, null, children);

    private static OcsfNode User() => Of("user", new OcsfNode("uid", OcsfField.Subject));

    private static OcsfNode Session() => Of("session", new("uid", OcsfField.IdJagId), new("issuer", OcsfField.IdJagIssuer));
}
