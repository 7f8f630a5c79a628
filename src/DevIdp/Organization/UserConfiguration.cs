using System.Collections.Immutable;

namespace McpMesh.DevIdp.Organization;

/// <summary>One entry of <c>users</c>.</summary>
internal sealed record UserConfiguration
{
    /// <summary>The <c>sub</c> claim: stable, never reused.</summary>
    public required string Id { get; init; }

    public required string Username { get; init; }

    public required string Password { get; init; }

    public string Name { get; init; } = "";

    public string Email { get; init; } = "";

    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>A disabled user keeps the entry but can do nothing, with any token.</summary>
    public bool Disabled { get; init; }
}
