using System.Collections.Frozen;
using System.Collections.Immutable;
using McpMesh.Configuration;
using McpMesh.Gateway.Upstream;

namespace McpMesh.Gateway.Routing;

/// <summary>The servers of mesh.yaml, prepared once.</summary>
internal sealed class ServerDirectory
{
    private readonly FrozenDictionary<string, ServerTarget> _byName;

    public ServerDirectory(MeshConfiguration mesh, SidecarAddress sidecar)
    {
        All = [.. mesh.Servers.Select(server => Create(server.Key, server.Value, sidecar))];
        _byName = All.ToFrozenDictionary(server => server.Name, StringComparer.Ordinal);
    }

    /// <summary>All servers, by name.</summary>
    public ImmutableArray<ServerTarget> All { get; }

    public ServerTarget? Find(string name) => _byName.GetValueOrDefault(name);

    private static ServerTarget Create(string name, ServerConfiguration server, SidecarAddress sidecar)
    {
        var tools = server.Tools.ToFrozenDictionary(
            tool => tool,
            tool => new ToolTarget(
                tool, $"{name}.{tool}", server.Calls.GetValueOrDefault(tool, ImmutableArray<string>.Empty),
                server.Durable.Contains(tool) ? true : server.ReadOnly.Contains(tool) ? false : null),
            StringComparer.Ordinal);
        var endpoint = server.Url ?? sidecar.Invocation(server.AppId!, "mcp");
        return new ServerTarget(name, endpoint, server.Url is null, server.Resource, server.Adapter is not null, tools);
    }
}
