namespace McpMesh.Protocol;

/// <summary>Keys of <c>_meta</c>.</summary>
public static class McpMetaKey
{
    /// <summary>Revision of the request; required in the modern era.</summary>
    public const string ProtocolVersion = "io.modelcontextprotocol/protocolVersion";

    /// <summary>What the client can do, per request; required in the modern era.</summary>
    public const string ClientCapabilities = "io.modelcontextprotocol/clientCapabilities";

    /// <summary>Self-reported name of the client.</summary>
    public const string ClientInfo = "io.modelcontextprotocol/clientInfo";

    /// <summary>Self-reported name of the server.</summary>
    public const string ServerInfo = "io.modelcontextprotocol/serverInfo";

    /// <summary>Least severe log message the client wants with this request.</summary>
    public const string LogLevel = "io.modelcontextprotocol/logLevel";

    /// <summary>Id of the <c>subscriptions/listen</c> request that a message belongs to.</summary>
    public const string SubscriptionId = "io.modelcontextprotocol/subscriptionId";

    /// <summary>Call id or key under which a repeated call is the same call.</summary>
    public const string IdempotencyKey = "dev.mcpmesh/idempotencyKey";

    /// <summary>Servers whose part of a list is missing: <c>[{"server","reason"}]</c>.</summary>
    public const string Unavailable = "dev.mcpmesh/unavailable";
}
