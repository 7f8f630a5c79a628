using System.Collections.Immutable;
using McpMesh.Configuration.Binding;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>The methods that the mesh offers, against which scopes are checked.</summary>
internal sealed class MethodCatalog
{
    private readonly HashSet<string> _methods;
    private readonly HashSet<string> _servers;

    private MethodCatalog(IEnumerable<string> methods, IEnumerable<string> servers) => (_methods, _servers) = ([.. methods], [.. servers]);

    /// <summary>What a caller may be granted: the servers' tools and the runbooks.</summary>
    public static MethodCatalog Of(MeshConfiguration mesh) => new(
        mesh.AllMethods(), mesh.Runbooks.IsEmpty ? mesh.Servers.Keys : mesh.Servers.Keys.Append(RunbookConfiguration.ServerName));

    /// <summary>What a server or a runbook may call: the servers' tools.</summary>
    public static MethodCatalog OfServers(MeshConfiguration mesh) => new(
        mesh.Servers.SelectMany(server => server.Value.Tools.Select(tool => $"{server.Key}.{tool}")), mesh.Servers.Keys);

    /// <summary>Reports each scope that is neither a method nor <c>server.*</c> of a server; <c>*</c> only where it is allowed.</summary>
    public void CheckScopes(ImmutableArray<string> scopes, FieldPath field, FieldErrors errors, bool allowEveryMethod = false)
    {
        foreach (var (index, scope) in scopes.Index())
        {
            if (!(allowEveryMethod && scope == "*") && !IsServerPattern(scope))
                CheckMethod(scope, field.Item(index), errors);
        }
    }

    public void CheckMethod(string method, FieldPath field, FieldErrors errors)
    {
        if (_methods.Contains(method))
            return;

        var nearest = NearestName.Of(method, _methods);
        errors.Add(field, $"no server has the method '{method}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?"));
    }

    private bool IsServerPattern(string scope) => scope.EndsWith(".*", StringComparison.Ordinal) && _servers.Contains(scope[..^2]);
}
