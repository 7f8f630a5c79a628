using McpMesh.Adapters.Access;

namespace McpMesh.Adapters.Mcp;

/// <summary>A call on its way through the SDK's server, which hands it to the handlers by the message's context.</summary>
internal sealed class ServedCall(Caller caller, string? idempotencyKey = null, string? argumentDigest = null)
{
    /// <summary>Key in <c>JsonRpcMessageContext.Items</c>.</summary>
    public const string ItemKey = "McpMesh.ServedCall";

    /// <summary>Who calls.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>Key that makes a repeated call the same call.</summary>
    public string? IdempotencyKey { get; } = idempotencyKey;

    /// <summary>SHA-256 over the arguments as they came; empty without arguments.</summary>
    public string ArgumentDigest { get; } = argumentDigest ?? "";

    /// <summary>How it ended, for the record; <c>unknown</c> until a handler said so.</summary>
    public string Outcome { get; private set; } = "unknown";

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Reason { get; private set; }

    /// <summary>A handler ended.</summary>
    public void End(string outcome, string? reason = null) => (Outcome, Reason) = (outcome, reason);
}
