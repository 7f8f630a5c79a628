using System.Collections.Frozen;
using System.Collections.Immutable;
using McpMesh.Configuration;
using McpMesh.TokenExchange.OAuth;

namespace McpMesh.TokenExchange.Registry;

/// <summary>The resources of mesh.yaml: the gateway's and every server's.</summary>
internal sealed class ResourceRegistry
{
    private const string Gateway = "gateway";

    private readonly FrozenDictionary<string, MeshResource> _resources;
    private readonly FrozenDictionary<string, ImmutableArray<MeshResource>> _owned;
    private readonly FrozenDictionary<string, ServerConfiguration> _servers;

    /// <exception cref="InvalidOperationException">Two resources have the same identifier.</exception>
    public ResourceRegistry(MeshConfiguration mesh)
    {
        var entry = mesh.Gateway.PublicUrl.OriginalString.TrimEnd('/') + "/mcp";
        var found = new Dictionary<string, MeshResource>(StringComparer.Ordinal);
        Methods = [.. mesh.AllMethods()];
        Add(found, new(entry, Gateway, Gateway, null, IsEntry: true, Methods));
        foreach (var (name, server) in mesh.Servers)
        {
            ImmutableArray<string> own = [.. server.Tools.Select(tool => $"{name}.{tool}")];
            var onward = server.Calls.Values.SelectMany(calls => calls);
            ImmutableArray<string> withOnward = [.. own.Concat(onward).Distinct(StringComparer.Ordinal)];
            Add(found, new($"{entry}/{name}", Gateway, Gateway, name, IsEntry: true, withOnward));
            Add(found, new(server.Resource, server.AppId, name, name, IsEntry: false, withOnward));
        }

        _resources = found.ToFrozenDictionary(StringComparer.Ordinal);
        _owned = found.Values.Where(resource => resource.AppId is not null).GroupBy(resource => resource.AppId!, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);
        _servers = mesh.Servers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Every method of the mesh.</summary>
    public ImmutableArray<string> Methods { get; }

    /// <summary>The resources that agents get tokens for.</summary>
    public ImmutableArray<string> EntryIdentifiers =>
        [.. _resources.Values.Where(resource => resource.IsEntry).Select(resource => resource.Identifier).Order(StringComparer.Ordinal)];

    /// <summary>The resources that a Dapr app is.</summary>
    public ImmutableArray<MeshResource> OwnedBy(string? appId) =>
        appId is null ? [] : _owned.GetValueOrDefault(appId, ImmutableArray<MeshResource>.Empty);

    /// <summary>The resource with exactly this identifier; null when it is not registered.</summary>
    public MeshResource? Find(string identifier) => _resources.GetValueOrDefault(identifier);

    /// <summary>A resource that agents get tokens for.</summary>
    /// <exception cref="OAuthException"><c>invalid_target</c>.</exception>
    public MeshResource RequireEntry(string identifier) => Find(identifier) is { IsEntry: true } resource
        ? resource
        : throw new OAuthException("invalid_target", "resource: is not a resource that this server issues tokens for.");

    /// <summary>Finds the next server of a hop and checks that every scope belongs there.</summary>
    /// <exception cref="OAuthException"><c>invalid_target</c> or <c>invalid_scope</c>.</exception>
    public MeshResource RequireHopTarget(string identifier, ImmutableArray<string> scopes)
    {
        if (Find(identifier) is not { IsEntry: false, Server: { } name } resource)
        {
            throw new OAuthException("invalid_target", "resource: is not a registered server.");
        }

        var calls = _servers[name].Calls;
        foreach (var scope in scopes)
        {
            // A method of another server rides along only for a tool of this one that is asked for too and is known to call it.
            var isOwn = _servers[name].Tools.Any(tool => IsMethod(scope, name, tool));
            var isOnward = calls.Any(call => call.Value.Contains(scope) && scopes.Contains($"{name}.{call.Key}"));
            if (!isOwn && !isOnward) throw new OAuthException("invalid_scope", $"scope: {name} has no use for one of the scopes.");
        }

        return resource;
    }

    private static bool IsMethod(string scope, string server, string tool) =>
        scope.Length == server.Length + 1 + tool.Length && scope[server.Length] == '.'
        && scope.StartsWith(server, StringComparison.Ordinal) && scope.EndsWith(tool, StringComparison.Ordinal);

    private static void Add(Dictionary<string, MeshResource> found, MeshResource resource)
    {
        if (!found.TryAdd(resource.Identifier, resource))
        {
            throw new InvalidOperationException($"mesh.yaml: the resource {resource.Identifier} is given twice.");
        }
    }
}
