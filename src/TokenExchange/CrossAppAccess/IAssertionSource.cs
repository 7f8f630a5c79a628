using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Sessions;

namespace McpMesh.TokenExchange.CrossAppAccess;

/// <summary>Where an ID-JAG for the next hop comes from; chosen by <c>identity.idp.source</c>.</summary>
internal interface IAssertionSource
{
    /// <summary>Value of <c>identity.idp.source</c> that names this source.</summary>
    string Name { get; }

    /// <summary>A fresh ID-JAG for the session's user.</summary>
    /// <exception cref="OAuthException"><c>login_required</c>, <c>temporarily_unavailable</c>, or what the IdP refused with.</exception>
    ValueTask<string> GetIdJagAsync(SsoSession session, string resource, string scope, CancellationToken cancellationToken);
}
