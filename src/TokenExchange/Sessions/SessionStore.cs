using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Sessions;

/// <inheritdoc/>
internal sealed class SessionStore(IStateStore state, TimeProvider time) : ISessionStore
{
    public async ValueTask AddAsync(SsoSession session, CancellationToken cancellationToken)
    {
        var life = session.ExpiresAt - time.GetUtcNow();
        await state.SetAsync(SessionKey(session.Id), session, life, cancellationToken);
        // Last: the index never names a session that is not there yet.
        await state.SetAsync(SubjectKey(session.Issuer, session.Subject), new SubjectSession(session.Id), life, cancellationToken);
    }

    public async ValueTask<Stored<SsoSession>?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        var stored = await state.GetAsync<SsoSession>(SessionKey(sessionId), cancellationToken);
        return stored is not null && stored.Value.ExpiresAt > time.GetUtcNow() ? stored : null;
    }

    public async ValueTask<Stored<SsoSession>?> FindBySubjectAsync(string issuer, string subject, CancellationToken cancellationToken)
    {
        var newest = await state.GetAsync<SubjectSession>(SubjectKey(issuer, subject), cancellationToken);
        return newest is null ? null : await FindAsync(newest.Value.SessionId, cancellationToken);
    }

    public ValueTask<bool> TryUpdateAsync(SsoSession session, string etag, CancellationToken cancellationToken) =>
        state.TryReplaceAsync(SessionKey(session.Id), session, etag, session.ExpiresAt - time.GetUtcNow(), cancellationToken);

    public ValueTask RemoveAsync(string sessionId, CancellationToken cancellationToken) =>
        state.RemoveAsync(SessionKey(sessionId), cancellationToken);

    private static string SessionKey(string sessionId) => StateKey.Of("session", sessionId);

    private static string SubjectKey(string issuer, string subject) => StateKey.Of("session-of", issuer, subject);
}
