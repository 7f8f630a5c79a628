using System.Collections.Immutable;
using McpMesh.Configuration.Binding;
using McpMesh.Configuration.Yaml;

namespace McpMesh.Configuration.Validation;

/// <summary>The methods that the servers offer, against which scopes are checked.</summary>
internal sealed class MethodCatalog(MeshConfiguration mesh)
{
    private readonly HashSet<string> _methods =
        [.. mesh.Servers.SelectMany(server => server.Value.Tools.Select(tool => $"{server.Key}.{tool}"))];

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

    private bool IsServerPattern(string scope) => scope.EndsWith(".*", StringComparison.Ordinal) && mesh.Servers.ContainsKey(scope[..^2]);
}
