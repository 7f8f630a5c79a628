using System.Security.Cryptography;
using System.Text;
using McpMesh.Identity;
using McpMesh.Identity.Jose;
using McpMesh.TokenExchange.Authorization;
using McpMesh.TokenExchange.Minting;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;
using McpMesh.TokenExchange.Sessions;
using McpMesh.TokenExchange.State;

namespace McpMesh.TokenExchange.Tokens;

/// <summary><c>authorization_code</c> with PKCE S256. A code counts once; a second use takes back what the first one gave.</summary>
internal sealed class AuthorizationCodeGrant(
    ICodeStore codes, ISessionStore sessions, IRefreshStore refreshTokens, IRevokedTokens revoked, TokenPipeline pipeline,
    TimeProvider time)
    : IGrantHandler
{
    private const int MaxVerifier = 128;
    private const int MinVerifier = 43;

    public string GrantType => OAuth.GrantType.AuthorizationCode;

    public async Task<TokenResponse> HandleAsync(OAuthForm form, RegisteredClient client, CancellationToken cancellationToken)
    {
        var code = form.Require("code");
        var stored = await codes.FindAsync(code, cancellationToken) ?? throw Refuse("it is not known");
        var value = stored.Value;
        CheckBinding(form, client, value.Request);
        if (value.AccessTokenId is not null) throw await TakeBackAsync(value, cancellationToken);
        if (value.ExpiresAt <= time.GetUtcNow()) throw Refuse("it expired");
        var session = await sessions.FindAsync(value.SessionId, cancellationToken) ?? throw Refuse("the user's session has ended");
        var (refresh, order) = (RefreshToken.New(RandomSecret.New()), Order(value.Request));
        var issued = await pipeline.IssueAsync(session.Value, order, cancellationToken);

        // The tokens are made first and count from here on: a failure before leaves the code good for another try.
        await refreshTokens.AddAsync(refresh.Family, Family(value.Request, session.Value, order, refresh), cancellationToken);
        var used = value with { AccessTokenId = issued.Claims.TokenId, RefreshFamily = refresh.Family };
        if (await codes.TryUseAsync(code, used, stored.ETag, cancellationToken)) return issued.ToResponse(refresh);
        await refreshTokens.RevokeAsync(refresh.Family, cancellationToken);
        var winner = await codes.FindAsync(code, cancellationToken);
        throw winner is null ? Refuse("it was used before") : await TakeBackAsync(winner.Value, cancellationToken);
    }

    private static void CheckBinding(OAuthForm form, RegisteredClient client, AuthorizationRequest request)
    {
        if (!string.Equals(request.ClientId, client.Id, StringComparison.Ordinal)) throw Refuse("it was issued to another client");
        // OAuth 2.1 drops redirect_uri here; whoever still sends it must send the same.
        if (form["redirect_uri"] is { } redirect && !string.Equals(redirect, request.RequestedRedirectUri, StringComparison.Ordinal))
        {
            throw Refuse("redirect_uri is not that of the authorization request");
        }

        if (form["resource"] is { } resource && !string.Equals(resource, request.Resource, StringComparison.Ordinal))
        {
            throw new OAuthException("invalid_target", "resource: is not that of the authorization request.");
        }

        var verifier = form.Require("code_verifier");
        if (verifier.Length is < MinVerifier or > MaxVerifier) throw Refuse("code_verifier does not match");
        var challenge = Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(challenge), Encoding.ASCII.GetBytes(request.CodeChallenge)))
        {
            throw Refuse("code_verifier does not match");
        }
    }

    private static TokenOrder Order(AuthorizationRequest request) => new()
    {
        ClientId = request.ClientId,
        Resource = request.Resource,
        Scopes = request.Scopes,
        Transaction = RandomSecret.NewId(),
        Actors = ActorChain.None.Add(request.ClientId),
    };

    private static RefreshFamily Family(AuthorizationRequest request, SsoSession session, TokenOrder order, RefreshToken first) => new()
    {
        ClientId = request.ClientId,
        SessionId = session.Id,
        Resource = request.Resource,
        Scopes = request.Scopes,
        Transaction = order.Transaction,
        CurrentHash = StateKey.Hash(first.Secret),
        ExpiresAt = session.ExpiresAt,
    };

    private async Task<OAuthException> TakeBackAsync(AuthorizationCode used, CancellationToken cancellationToken)
    {
        if (used.RefreshFamily is { } family) await refreshTokens.RevokeAsync(family, cancellationToken);
        if (used.AccessTokenId is { } tokenId) await revoked.RevokeAsync(tokenId, cancellationToken);
        return Refuse("it was used before");
    }

    private static OAuthException Refuse(string rule) => new("invalid_grant", $"The code is not accepted: {rule}.");
}
