using System.Collections.Immutable;

namespace McpMesh.Protocol;

/// <summary>A revision of MCP that this mesh serves.</summary>
/// <param name="Version">Its date, as on the wire.</param>
/// <param name="Era">Its era.</param>
public sealed record McpRevision(string Version, McpEra Era)
{
    /// <summary>Streamable HTTP introduced; no version header.</summary>
    public static McpRevision V20250326 { get; } = new("2025-03-26", McpEra.Legacy);

    /// <summary>Version header introduced.</summary>
    public static McpRevision V20250618 { get; } = new("2025-06-18", McpEra.Legacy);

    /// <summary>The last revision with a handshake.</summary>
    public static McpRevision V20251125 { get; } = new("2025-11-25", McpEra.Legacy);

    /// <summary>The current, stateless revision.</summary>
    public static McpRevision V20260728 { get; } = new("2026-07-28", McpEra.Modern);

    /// <summary>All served revisions, newest first.</summary>
    public static ImmutableArray<McpRevision> All { get; } = [V20260728, V20251125, V20250618, V20250326];

    /// <summary>The revision named <paramref name="version"/>; null when it is not served.</summary>
    public static McpRevision? Find(ReadOnlySpan<char> version)
    {
        foreach (var revision in All)
            if (version.SequenceEqual(revision.Version)) return revision;
        return null;
    }

    /// <summary>What <c>initialize</c> answers: the requested revision where it is served with a handshake, else the newest such
    /// revision.</summary>
    public static McpRevision Negotiate(string? requested) => Find(requested) is { Era: McpEra.Legacy } known ? known : V20251125;
}
