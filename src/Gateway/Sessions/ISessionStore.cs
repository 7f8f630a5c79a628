namespace McpMesh.Gateway.Sessions;

/// <summary>Where sessions of the legacy era live, so that a replica that dies costs none of them.</summary>
internal interface ISessionStore
{
    /// <summary>Stores a new session, or the present one with other content, for its idle time from now.</summary>
    Task SaveAsync(LegacySession session, CancellationToken cancellationToken);

    /// <summary>The session and its version; null when it has ended, expired, or never was.</summary>
    Task<(LegacySession Session, string Version)?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Stores the session for its idle time from now, unless it was changed or ended since <paramref name="version"/> was
    /// read.</summary>
    Task TouchAsync(LegacySession session, string version, CancellationToken cancellationToken);

    /// <summary>Ends the session.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);
}
