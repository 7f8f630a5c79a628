namespace McpMesh.Protocol;

/// <summary>HTTP headers of MCP.</summary>
public static class McpHeader
{
    /// <summary>Revision of the request.</summary>
    public const string ProtocolVersion = "MCP-Protocol-Version";

    /// <summary>Mirrors <c>method</c>.</summary>
    public const string Method = "Mcp-Method";

    /// <summary>Mirrors <c>params.name</c> or <c>params.uri</c>, encoded as <see cref="McpHeaderValue"/> says.</summary>
    public const string Name = "Mcp-Name";

    /// <summary>Prefix of the headers that mirror single arguments.</summary>
    public const string ParamPrefix = "Mcp-Param-";

    /// <summary>Session of the legacy era.</summary>
    public const string SessionId = "Mcp-Session-Id";
}
