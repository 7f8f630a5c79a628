using System.Collections.Immutable;

namespace McpMesh.Policy;

/// <summary>
/// One version of the policy as the decision point publishes it (<c>GET /policy</c>, JSON). Enforcement points compile it into a
/// <see cref="PolicyEngine"/>. Its digest is the SHA-256 of its canonical JSON.
/// </summary>
public sealed record PolicyDocument
{
    /// <summary>Role name to scopes; a scope is <c>server.tool</c> or a prefix pattern <c>server.*</c>.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Roles { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>IdP group to roles.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Groups { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>
    /// Actor (client id of an agent, <c>gateway</c>, or a server's name) to the most it may do for anybody. An actor that is not listed may
    /// do nothing.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Actors { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Every method there is; any other is denied.</summary>
    public ImmutableSortedSet<string> Methods { get; init; } = ImmutableSortedSet<string>.Empty;

    /// <summary>Conditions, in order; the first matching deny wins, obligations of all matching rules add up.</summary>
    public ImmutableArray<PolicyRule> Rules { get; init; } = ImmutableArray<PolicyRule>.Empty;
}
