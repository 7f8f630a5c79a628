using System.Collections.Immutable;

namespace McpMesh.DevIdp.Organization;

/// <summary>One entry of <c>crossAppAccess</c>: a client that may get an ID-JAG for one resource authorization server.</summary>
internal sealed record CrossAppAccessConfiguration
{
    /// <summary>The client's id here.</summary>
    public required string Client { get; init; }

    /// <summary>Issuer identifier of the resource authorization server.</summary>
    public required string Audience { get; init; }

    /// <summary>The client's id there: the ID-JAG's <c>client_id</c>.</summary>
    public required string ClientIdAtAudience { get; init; }

    public ImmutableArray<ReachableResourceConfiguration> Resources { get; init; } = [];
}
