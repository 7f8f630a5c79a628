using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>mesh.yaml with its overlay applied: what the mesh consists of. YAML keys are the property names in camelCase.</summary>
public sealed record MeshConfiguration
{
    /// <summary>Name of the organization, for people.</summary>
    public string Organization { get; init; } = "";

    /// <summary>Who issues identities and tokens.</summary>
    public required IdentityConfiguration Identity { get; init; }

    /// <summary>The mesh entry.</summary>
    public required GatewayConfiguration Gateway { get; init; }

    /// <summary>Bounds on requests.</summary>
    public LimitsConfiguration Limits { get; init; } = new();

    /// <summary>MCP servers by name (<c>[a-z0-9-]+</c>).</summary>
    public ImmutableSortedDictionary<string, ServerConfiguration> Servers { get; init; } =
        ImmutableSortedDictionary<string, ServerConfiguration>.Empty;

    /// <summary>Role to scopes.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Roles { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>IdP group to roles.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Groups { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Agents that may act for a user; also the OAuth clients of the mesh AS.</summary>
    public ImmutableArray<ClientConfiguration> Clients { get; init; } = [];

    /// <summary>Conditions beyond roles and scopes.</summary>
    public ImmutableArray<RuleConfiguration> Rules { get; init; } = [];

    /// <summary>Calls of several tools in a row, by the name of the tool that they are: <c>runbooks.{name}</c>.</summary>
    public ImmutableSortedDictionary<string, RunbookConfiguration> Runbooks { get; init; } =
        ImmutableSortedDictionary<string, RunbookConfiguration>.Empty;

    /// <summary>Every method of the mesh: the servers' tools and the runbooks.</summary>
    public IEnumerable<string> AllMethods() =>
        Servers.SelectMany(server => server.Value.Tools.Select(tool => $"{server.Key}.{tool}"))
            .Concat(Runbooks.Keys.Select(RunbookConfiguration.MethodOf));
}
