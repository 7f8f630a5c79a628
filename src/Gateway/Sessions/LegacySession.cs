namespace McpMesh.Gateway.Sessions;

/// <summary>A session of the legacy era, as the state store keeps it: any replica serves it. Bound to who opened it.</summary>
internal sealed record LegacySession
{
    /// <summary>256 random bits, base64url.</summary>
    public required string Id { get; init; }

    /// <summary>Issuer and subject of the token that opened it.</summary>
    public required string Subject { get; init; }

    /// <summary>Client of that token.</summary>
    public required string ClientId { get; init; }

    /// <summary>Server of the path it was opened on; null on <c>/mcp</c>.</summary>
    public string? PathServer { get; init; }

    /// <summary>Negotiated revision.</summary>
    public required string Version { get; init; }

    /// <summary>Least severe log message the client wants; null when it never said.</summary>
    public string? LogLevel { get; init; }

    /// <summary>When the store last learned that the session is in use.</summary>
    public required DateTimeOffset TouchedAt { get; init; }
}
