namespace McpMesh.Protocol;

/// <summary>Error codes of JSON-RPC 2.0 and of MCP 2026-07-28.</summary>
public static class JsonRpcErrorCode
{
    /// <summary>The body is not JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>The body is not a JSON-RPC message.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>The method is unknown or was removed; HTTP 404 in the modern era.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>A parameter is missing or wrong; also an unknown tool, prompt, resource or cursor.</summary>
    public const int InvalidParams = -32602;

    /// <summary>The receiver failed.</summary>
    public const int InternalError = -32603;

    /// <summary>A header is missing, malformed or says something else than the body; HTTP 400.</summary>
    public const int HeaderMismatch = -32020;

    /// <summary>The request needs a capability that it did not declare; HTTP 400.</summary>
    public const int MissingRequiredClientCapability = -32021;

    /// <summary>The protocol version is not implemented; HTTP 400, <c>data {supported, requested}</c>.</summary>
    public const int UnsupportedProtocolVersion = -32022;
}
