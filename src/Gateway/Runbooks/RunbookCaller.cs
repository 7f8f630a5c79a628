using System.Collections.Immutable;
using McpMesh.Identity;
using McpMesh.Policy;

namespace McpMesh.Gateway.Runbooks;

/// <summary>On whose behalf a runbook runs: what the policy asks about, without any token.</summary>
internal sealed record RunbookCaller
{
    public required string Subject { get; init; }

    public required ImmutableArray<string> Groups { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>Actor chain, newest first.</summary>
    public required ImmutableArray<string> Actors { get; init; }

    public string? AuthenticationContext { get; init; }

    public static RunbookCaller Of(AccessToken token) => new()
    {
        Subject = token.Subject,
        Groups = token.Groups,
        Scopes = token.Scopes,
        Actors = token.Actors.Actors,
        AuthenticationContext = token.AuthenticationContext,
    };

    /// <summary>The question to the policy.</summary>
    public PolicyRequest Ask(string method, ReadOnlyMemory<byte> arguments, DateTimeOffset now) => new()
    {
        Subject = Subject,
        Groups = Groups,
        Scopes = Scopes,
        Actors = Actors,
        AuthenticationContext = AuthenticationContext,
        Method = method,
        Arguments = arguments,
        Time = now,
    };
}
