using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Sessions;

/// <summary>Keeps SSO sessions.</summary>
internal interface ISessionStore
{
    /// <summary>Saves a new session and makes it the subject's newest.</summary>
    ValueTask AddAsync(SsoSession session, CancellationToken cancellationToken);

    /// <summary>The live session of that id; null when there is none.</summary>
    ValueTask<Stored<SsoSession>?> FindAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>The newest live session of a subject; null when there is none.</summary>
    ValueTask<Stored<SsoSession>?> FindBySubjectAsync(string issuer, string subject, CancellationToken cancellationToken);

    /// <summary>Saves a change if nobody else changed the session since it was read.</summary>
    ValueTask<bool> TryUpdateAsync(SsoSession session, string etag, CancellationToken cancellationToken);

    /// <summary>Ends the session.</summary>
    ValueTask RemoveAsync(string sessionId, CancellationToken cancellationToken);
}
