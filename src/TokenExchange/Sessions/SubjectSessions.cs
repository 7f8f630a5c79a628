using McpMesh.Identity;
using McpMesh.TokenExchange.CrossAppAccess;
using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Sessions;

/// <summary>The live session that vouches for the subject of a token.</summary>
internal sealed class SubjectSessions(ISessionStore sessions, LoginRequired loginRequired)
{
    /// <summary>A token of a session lives and dies with that session; one that came by ID-JAG has none and may use the user's newest.</summary>
    /// <exception cref="OAuthException"><c>login_required</c>.</exception>
    public async ValueTask<SsoSession> RequireAsync(AccessToken subject, CancellationToken cancellationToken)
    {
        var stored = subject switch
        {
            { Session: { } sessionId } => await sessions.FindAsync(sessionId, cancellationToken),
            { Grant: { } grant } => await sessions.FindBySubjectAsync(grant.Issuer, subject.Subject, cancellationToken),
            _ => null,
        };
        return stored is not null && string.Equals(stored.Value.Subject, subject.Subject, StringComparison.Ordinal)
            ? stored.Value
            : throw loginRequired.Because("The user has no session at the mesh; the user must sign in once.");
    }
}
