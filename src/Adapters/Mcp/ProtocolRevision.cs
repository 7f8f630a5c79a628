namespace McpMesh.Adapters.Mcp;

/// <summary>The MCP revisions served over HTTP.</summary>
internal static class ProtocolRevision
{
    /// <summary>The stateless revision with per-request metadata.</summary>
    public const string Modern = "2026-07-28";

    /// <summary>What a request without any version is taken for (2025-11-25, section Protocol Version Header).</summary>
    public const string Assumed = "2025-03-26";

    /// <summary>All that are served, newest first.</summary>
    public static IReadOnlyList<string> Supported { get; } = [Modern, "2025-11-25", "2025-06-18", Assumed];
}
