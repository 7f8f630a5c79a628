using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using McpMesh.Identity.Jose;

namespace McpMesh.Identity.Tokens;

/// <summary>Verified JSON claims to <see cref="AccessToken"/>: every claim that the mesh demands is there and has its shape.</summary>
internal static class AccessTokenReader
{
    /// <summary>Reads the payload of a verified JWS.</summary>
    /// <param name="payload">JSON.</param>
    /// <param name="token">The claims.</param>
    /// <param name="error">One rule that is broken; never quotes a value.</param>
    public static bool TryRead(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out AccessToken? token,
        [NotNullWhen(false)] out string? error)
    {
        token = null;
        if (JwtClaims.Read(payload, out error) is not { } claims)
        {
            error ??= "claims are malformed";
            return false;
        }

        // RFC 9068 section 2.2 demands all of these but txn, which is ours.
        error = Missing(claims);
        if (error is not null) return false;
        if (!TryReadActors(claims, out var actors, out error)) return false;
        token = new()
        {
            Issuer = claims.Issuer!,
            Subject = claims.Subject!,
            Audience = claims.Audience!,
            ClientId = claims.ClientId!,
            TokenId = claims.TokenId!,
            Scopes = claims.Scope is { } scope ? [.. scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)] : [],
            Groups = claims.Texts("groups") is { IsDefault: false } groups ? groups : [],
            IssuedAt = claims.IssuedAt!.Value,
            ExpiresAt = claims.ExpiresAt!.Value,
            Transaction = claims.Text("txn")!,
            Session = claims.Text("sid"),
            Actors = actors,
            Grant = ReadGrant(claims),
            AuthenticationContext = claims.Text("acr"),
        };
        return true;
    }

    private static string? Missing(JwtClaims claims) =>
        string.IsNullOrEmpty(claims.Issuer) ? "claim iss is missing"
        : string.IsNullOrEmpty(claims.Subject) ? "claim sub is missing"
        : string.IsNullOrEmpty(claims.Audience) ? "claim aud is missing"
        : string.IsNullOrEmpty(claims.ClientId) ? "claim client_id is missing"
        : string.IsNullOrEmpty(claims.TokenId) ? "claim jti is missing"
        : string.IsNullOrEmpty(claims.Text("txn")) ? "claim txn is missing"
        : claims.IssuedAt is null ? "claim iat is missing"
        : claims.ExpiresAt is null ? "claim exp is missing"
        : null;

    private static bool TryReadActors(JwtClaims claims, out ActorChain actors, [NotNullWhen(false)] out string? error)
    {
        (actors, error) = (ActorChain.None, null);
        if (!claims.TryGet("act", out var act)) return true;
        var found = ImmutableArray.CreateBuilder<string>(ActorChain.MaxDepth);
        while (true)
        {
            if (act.ValueKind != JsonValueKind.Object || !act.TryGetProperty("sub", out var subject)
                || subject.ValueKind != JsonValueKind.String || subject.GetString() is not { Length: > 0 } name)
            {
                error = "claim act is malformed";
                return false;
            }

            if (found.Count == ActorChain.MaxDepth)
            {
                error = $"actor chain is deeper than {ActorChain.MaxDepth}";
                return false;
            }

            found.Add(name);
            if (!act.TryGetProperty("act", out act)) break;
        }

        actors = new(found.ToImmutable());
        return true;
    }

    private static GrantReference? ReadGrant(JwtClaims claims) =>
        claims.TryGet("grant", out var grant) && grant.ValueKind == JsonValueKind.Object
        && grant.TryGetProperty("iss", out var issuer) && issuer.ValueKind == JsonValueKind.String
        && grant.TryGetProperty("jti", out var tokenId) && tokenId.ValueKind == JsonValueKind.String
            ? new(issuer.GetString()!, tokenId.GetString()!)
            : null;
}
