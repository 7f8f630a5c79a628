using System.Collections.Immutable;

namespace McpMesh.Policy;

/// <summary>
/// What an enforcement point asks: may this subject, through these actors and with this token, use this method with these arguments now?
/// </summary>
public readonly record struct PolicyRequest
{
    /// <summary>The user.</summary>
    public required string Subject { get; init; }

    /// <summary>Groups that the IdP stated.</summary>
    public required ImmutableArray<string> Groups { get; init; }

    /// <summary>Scopes of the presented token.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>Actors, newest first. Empty means the subject itself acts.</summary>
    public required ImmutableArray<string> Actors { get; init; }

    /// <summary><c>server.tool</c>.</summary>
    public required string Method { get; init; }

    /// <summary>UTF-8 JSON of the tool's arguments; empty when there are none.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary><c>acr</c> of the sign-in, when known.</summary>
    public string? AuthenticationContext { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset Time { get; init; }
}
