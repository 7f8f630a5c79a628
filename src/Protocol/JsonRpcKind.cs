namespace McpMesh.Protocol;

/// <summary>The kinds of JSON-RPC messages.</summary>
public enum JsonRpcKind
{
    /// <summary>Has a method and an id: wants an answer.</summary>
    Request,

    /// <summary>Has a method and no id.</summary>
    Notification,

    /// <summary>Has a result or an error.</summary>
    Response,
}
