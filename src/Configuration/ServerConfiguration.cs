using System.Collections.Immutable;

namespace McpMesh.Configuration;

/// <summary>
/// One entry of <c>servers</c>: an MCP server, reached through Dapr (<see cref="AppId"/>) or at a URL. Exactly one of the two is given.
/// </summary>
public sealed record ServerConfiguration
{
    /// <summary>Dapr app id.</summary>
    public string? AppId { get; init; }

    /// <summary>Endpoint of a server outside the mesh, e.g. <c>https://mcp.crm.example/mcp</c>.</summary>
    public Uri? Url { get; init; }

    /// <summary>OAuth resource identifier (RFC 8707); the audience of its tokens. Compared exactly.</summary>
    public required string Resource { get; init; }

    /// <summary>Names of its tools; each is a method <c>{server}.{tool}</c> and a scope of the same name. Others are denied.</summary>
    public ImmutableArray<string> Tools { get; init; } = [];

    /// <summary>Tools that change nothing, whatever the server says of them: they are called directly.</summary>
    public ImmutableArray<string> ReadOnly { get; init; } = [];

    /// <summary>Tools that are called durably, also when the server calls them read-only.</summary>
    public ImmutableArray<string> Durable { get; init; } = [];

    /// <summary>Tool to the methods of other servers that it calls itself: the hop token for the tool carries these scopes too.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Calls { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Settings of our adapter in front of a real system; null for a stranger's server.</summary>
    public AdapterConfiguration? Adapter { get; init; }
}
