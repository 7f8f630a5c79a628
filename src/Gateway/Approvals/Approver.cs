using System.Collections.Immutable;
using McpMesh.Identity;

namespace McpMesh.Gateway.Approvals;

/// <summary>Who looks at approvals: what the page and the API need of a validated token, and never the token.</summary>
internal sealed record Approver
{
    /// <summary><c>iss|sub</c>.</summary>
    public required string Subject { get; init; }

    public required ImmutableArray<string> Groups { get; init; }

    public required ImmutableArray<string> Actors { get; init; }

    public required string ClientId { get; init; }

    public required string Audience { get; init; }

    public required string TokenId { get; init; }

    public required string Transaction { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public static Approver Of(AccessToken token) => new()
    {
        Subject = token.SubjectIdentity,
        Groups = token.Groups,
        Actors = token.Actors.Actors,
        ClientId = token.ClientId,
        Audience = token.Audience,
        TokenId = token.TokenId,
        Transaction = token.Transaction,
        ExpiresAt = token.ExpiresAt,
    };
}
