using McpMesh.TokenExchange.Idp;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Sessions;

namespace McpMesh.TokenExchange.CrossAppAccess;

/// <summary>Exchanges the ID token that the mesh AS holds for its user from SSO.</summary>
internal sealed class SessionAssertionSource(SessionTokens tokens, ISessionStore sessions, IIdpClient idp, LoginRequired loginRequired)
    : IAssertionSource
{
    public string Name => "session";

    public async ValueTask<string> GetIdJagAsync(SsoSession session, string resource, string scope, CancellationToken cancellationToken)
    {
        var idToken = await tokens.GetIdTokenAsync(session.Id, cancellationToken);
        try
        {
            return await idp.GetIdJagAsync(idToken, resource, scope, cancellationToken);
        }
        catch (IdpRefusedException refused) when (refused.Error is "invalid_grant")
        {
            // The IdP ended the user's session: nothing may be issued from it any more.
            await sessions.RemoveAsync(session.Id, cancellationToken);
            throw loginRequired.Because("The identity provider has ended the user's session; the user must sign in.");
        }
        catch (IdpRefusedException refused) when (refused.Error is "invalid_target" or "invalid_scope" or "access_denied")
        {
            throw new OAuthException(refused.Error, "The identity provider does not allow this hop.", inner: refused);
        }
        catch (IdpRefusedException refused)
        {
            throw new OAuthException(
                "server_error", "The identity provider refused the exchange.", StatusCodes.Status502BadGateway, refused);
        }
    }
}
