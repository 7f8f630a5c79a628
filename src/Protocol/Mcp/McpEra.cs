namespace McpMesh.Protocol;

/// <summary>How a revision of MCP carries its state.</summary>
public enum McpEra
{
    /// <summary><c>initialize</c> handshake and a session: up to 2025-11-25.</summary>
    Legacy,

    /// <summary>Stateless, metadata in every request: from 2026-07-28.</summary>
    Modern,
}
