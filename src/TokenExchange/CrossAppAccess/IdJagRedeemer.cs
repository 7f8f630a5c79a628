using System.Collections.Immutable;
using System.Text.Json;
using McpMesh.Configuration;
using McpMesh.Identity.Jose;
using McpMesh.Identity.Validation;
using McpMesh.TokenExchange.Idp;
using McpMesh.TokenExchange.OAuth;
using McpMesh.TokenExchange.Registry;

namespace McpMesh.TokenExchange.CrossAppAccess;

/// <summary>
/// Redeems an ID-JAG: every check of the Resource Authorization Server (draft-ietf-oauth-identity-assertion-authz-grant, Processing Rules;
/// EMA section 5). One code for the grants that agents bring and for those that the mesh AS fetched itself.
/// </summary>
internal sealed class IdJagRedeemer(IdpDiscovery idp, IReplayStore replay, MeshConfiguration mesh, TimeProvider time)
{
    private static readonly TimeSpan MaxLife = TimeSpan.FromHours(1);
    private static readonly JwsPolicy s_policy = JwsPolicy.Asymmetric("oauth-id-jag+jwt");

    private readonly string _issuer = mesh.Identity.Issuer.OriginalString.TrimEnd('/');

    /// <param name="assertion">The ID-JAG.</param>
    /// <param name="clientId">The client that presents it: authenticated, or ourselves under <c>grantClientId</c>.</param>
    /// <param name="findTarget">Finds a registered resource or refuses with <c>invalid_target</c>.</param>
    /// <param name="requestedResource"><c>resource</c> of the request; null: the one in the ID-JAG.</param>
    /// <exception cref="OAuthException"><c>invalid_grant</c> or <c>invalid_target</c> with the broken rule.</exception>
    public async Task<IdJag> RedeemAsync(
        string assertion, string clientId, Func<string, MeshResource> findTarget, string? requestedResource,
        CancellationToken cancellationToken)
    {
        var signature = await JsonWebSignature.VerifyAsync(assertion, idp, s_policy, cancellationToken);
        if (!signature.IsValid) throw Refuse(signature.Error!);
        if (JwtClaims.Read(signature.Payload, out var error) is not { } claims) throw Refuse(error!);
        var expiresAt = CheckClaims(claims, clientId);
        var target = findTarget(ChooseResource(claims, requestedResource));
        var idJag = new IdJag
        {
            Issuer = claims.Issuer!,
            TokenId = claims.TokenId!,
            Subject = claims.Subject!,
            Resource = target.Identifier,
            Scopes = [.. ScopeSet.Parse(claims.Scope).Intersect(target.Scopes, StringComparer.Ordinal)],
            Groups = claims.Texts(mesh.Identity.Idp.GroupsClaim) is { IsDefault: false } groups ? groups : [],
            AuthenticationContext = claims.Text("acr"),
        };
        // Last, so that a grant which is refused for another reason is not used up.
        var remember = expiresAt + AccessTokenValidator.Skew + AccessTokenValidator.Skew - time.GetUtcNow();
        return await replay.TryRedeemAsync(idJag.Issuer, idJag.TokenId, remember, cancellationToken)
            ? idJag
            : throw Refuse("it was redeemed before");
    }

    private DateTimeOffset CheckClaims(JwtClaims claims, string clientId)
    {
        var now = time.GetUtcNow();
        if (string.Equals(claims.Issuer, _issuer, StringComparison.Ordinal)) throw Refuse("it is from this server itself");
        if (!string.Equals(claims.Issuer, idp.Issuer, StringComparison.Ordinal)) throw Refuse("it is from an issuer that is not trusted");
        if (!string.Equals(claims.Audience, _issuer, StringComparison.Ordinal)) throw Refuse("it is for another authorization server");
        if (!string.Equals(claims.ClientId, clientId, StringComparison.Ordinal)) throw Refuse("it was issued to another client");
        if (string.IsNullOrEmpty(claims.Subject)) throw Refuse("claim sub is missing");
        if (string.IsNullOrEmpty(claims.TokenId)) throw Refuse("claim jti is missing");
        if (claims.ExpiresAt is not { } expires || claims.IssuedAt is not { } issued) throw Refuse("claim exp or iat is missing");
        if (now >= expires + AccessTokenValidator.Skew) throw Refuse("it expired");
        if (issued > now + AccessTokenValidator.Skew || claims.NotBefore > now + AccessTokenValidator.Skew)
        {
            throw Refuse("it is from the future");
        }
        if (expires <= issued || expires - issued > MaxLife) throw Refuse("its life is not a short one");
        // No proof of possession is taken here; to ignore the binding would make a bound grant a bearer grant.
        if (claims.TryGet("cnf", out _)) throw Refuse("it is bound to a key and no proof of that key came with it");
        return expires;
    }

    private static string ChooseResource(JwtClaims claims, string? requested)
    {
        var granted = Resources(claims);
        if (granted.IsEmpty) throw Refuse("it names no resource");
        if (requested is null && granted.Length == 1) return granted[0];
        if (requested is null) throw new OAuthException("invalid_target", "resource: is required, the ID-JAG names several.");
        return granted.Contains(requested, StringComparer.Ordinal)
            ? requested
            : throw new OAuthException("invalid_target", "resource: is not one that the ID-JAG grants.");
    }

    private static ImmutableArray<string> Resources(JwtClaims claims) =>
        claims.Text("resource") is { Length: > 0 } single ? [single]
        : claims.TryGet("resource", out var value) && value.ValueKind == JsonValueKind.Array
            && claims.Texts("resource") is { IsDefault: false } several
            ? several
            : [];

    private static OAuthException Refuse(string rule) => new("invalid_grant", $"The ID-JAG is not accepted: {rule}.");
}
