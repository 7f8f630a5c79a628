using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.Idp;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Sessions;

/// <summary>
/// Gives a session's ID token and renews it in time. The IdP rotates refresh tokens, and one that is used twice ends the session: the
/// replica
/// that renews takes a lease in the session's record first, and what the IdP gave is saved before anybody uses it.
/// </summary>
internal sealed class SessionTokens(
    ISessionStore sessions, SessionCipher cipher, IIdpClient idp, IdTokenValidator validator, LoginRequired loginRequired,
    TimeProvider time)
{
    private static readonly TimeSpan MinimumLeft = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);
    private const int SaveAttempts = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<string>> _renewals = new(StringComparer.Ordinal);

    /// <exception cref="OAuthException"><c>login_required</c> when the session is gone, 503 when the IdP cannot be reached.</exception>
    public async ValueTask<string> GetIdTokenAsync(string sessionId, CancellationToken cancellationToken)
    {
        var session = (await FindAsync(sessionId, cancellationToken)).Value;
        var left = session.IdTokenExpiresAt - time.GetUtcNow();
        var isFresh = left > MinimumLeft && left > (session.IdTokenExpiresAt - session.IdTokenIssuedAt) / 5;
        // A session that cannot be renewed ends with its ID token.
        if (isFresh || session.ExpiresAt <= session.IdTokenExpiresAt) return (await OpenAsync(session, cancellationToken)).IdToken;
        var renewal = Renew(sessionId);
        // While the present token is still good nobody waits.
        return left > MinimumLeft ? (await OpenAsync(session, cancellationToken)).IdToken : await renewal.WaitAsync(cancellationToken);
    }

    // One renewal per session in this process; it outlives a caller that goes away, for the old refresh token is used up by then.
    private Task<string> Renew(string sessionId)
    {
        lock (_gate)
        {
            if (!_renewals.TryGetValue(sessionId, out var renewal))
            {
                _renewals[sessionId] = renewal = Task.Run(() => RenewAsync(sessionId), CancellationToken.None);
            }

            return renewal;
        }
    }

    private async Task<string> RenewAsync(string sessionId)
    {
        using var timeout = new CancellationTokenSource(Lease, time);
        try
        {
            var (session, tokens) = await TakeLeaseAsync(sessionId, timeout.Token);
            if (session.RefreshingUntil is null) return tokens.IdToken;
            return await RefreshAsync(session, tokens, timeout.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw OAuthException.Unavailable("The identity provider", exception);
        }
        finally
        {
            lock (_gate) _renewals.Remove(sessionId);
        }
    }

    /// <summary>The session with our lease in it, or, with no lease, as another replica has just renewed it.</summary>
    private async Task<(SsoSession Session, IdpTokens Tokens)> TakeLeaseAsync(string sessionId, CancellationToken cancellationToken)
    {
        // Dapr state tells nobody of a change, so the record is looked at again until the other replica's lease ends.
        using var clock = new PeriodicTimer(LookAgain, time);
        do
        {
            var stored = await FindAsync(sessionId, cancellationToken);
            var (session, now) = (stored.Value, time.GetUtcNow());
            var tokens = await OpenAsync(session, cancellationToken);
            var life = session.IdTokenExpiresAt - session.IdTokenIssuedAt;
            if (session.RefreshingUntil is null && session.IdTokenExpiresAt - now > life / 2) return (session, tokens);
            if (session.RefreshingUntil is { } until && until > now) continue;
            var leased = session with { RefreshingUntil = now + Lease };
            if (await sessions.TryUpdateAsync(leased, stored.ETag, cancellationToken)) return (leased, tokens);
        }
        while (await clock.WaitForNextTickAsync(cancellationToken));
        throw new OperationCanceledException(cancellationToken);
    }

    private async Task<string> RefreshAsync(SsoSession session, IdpTokens tokens, CancellationToken cancellationToken)
    {
        if (tokens.RefreshToken is null) throw await EndAsync(session, cancellationToken);
        IdpTokenResponse answer;
        try
        {
            answer = await idp.RefreshAsync(tokens.RefreshToken, cancellationToken);
        }
        catch (IdpRefusedException refused) when (refused.Error is "invalid_grant")
        {
            throw await EndAsync(session, cancellationToken);
        }
        catch (IdpRefusedException refused)
        {
            await ReleaseAsync(session.Id, cancellationToken);
            throw new OAuthException("server_error", "The identity provider refused to renew.", StatusCodes.Status502BadGateway, refused);
        }
        catch (OAuthException)
        {
            await ReleaseAsync(session.Id, cancellationToken);
            throw;
        }

        return await KeepAsync(session, new(answer.IdToken ?? tokens.IdToken, answer.RefreshToken ?? tokens.RefreshToken),
            cancellationToken);
    }

    private async Task<string> KeepAsync(SsoSession session, IdpTokens renewed, CancellationToken cancellationToken)
    {
        // Saved before it is looked at or used: from here on the old refresh token is worth nothing.
        var kept = session with { Sealed = await cipher.SealAsync(renewed, session.Id, session.Subject, cancellationToken) };
        await SaveAsync(kept, cancellationToken);
        var idToken = await validator.ValidateAsync(renewed.IdToken, nonce: null, cancellationToken);
        if (!string.Equals(idToken.Subject, session.Subject, StringComparison.Ordinal)) throw await EndAsync(session, cancellationToken);
        var finished = kept with { IdTokenIssuedAt = idToken.IssuedAt, IdTokenExpiresAt = idToken.ExpiresAt, RefreshingUntil = null };
        await SaveAsync(finished, cancellationToken);
        return renewed.IdToken;
    }

    private async Task SaveAsync(SsoSession session, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < SaveAttempts; attempt++)
        {
            // Only the lease holder writes tokens: another version can be no newer tokens, only the end of the session.
            var stored = await FindAsync(session.Id, cancellationToken);
            if (await sessions.TryUpdateAsync(session, stored.ETag, cancellationToken)) return;
        }

        throw OAuthException.Unavailable("The state store");
    }

    private async Task ReleaseAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(sessionId, cancellationToken) is { } stored)
        {
            await sessions.TryUpdateAsync(stored.Value with { RefreshingUntil = null }, stored.ETag, cancellationToken);
        }
    }

    private async Task<OAuthException> EndAsync(SsoSession session, CancellationToken cancellationToken)
    {
        await sessions.RemoveAsync(session.Id, cancellationToken);
        return loginRequired.Because("The identity provider has ended the user's session; the user must sign in.");
    }

    private async ValueTask<Stored<SsoSession>> FindAsync(string sessionId, CancellationToken cancellationToken) =>
        await sessions.FindAsync(sessionId, cancellationToken)
        ?? throw loginRequired.Because("The user has no session; the user must sign in.");

    private async ValueTask<IdpTokens> OpenAsync(SsoSession session, CancellationToken cancellationToken) =>
        await cipher.OpenAsync(session, cancellationToken)
        ?? throw loginRequired.Because("The user's session cannot be opened any more; the user must sign in.");
}
