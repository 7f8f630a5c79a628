using System.Collections.Frozen;

namespace McpMesh.Sidecar.AccessControl;

/// <summary>
/// <c>spec.api</c> of a Configuration: which groups of the API this app may use. The denied ones win; with a list of allowed ones,
/// everything else is denied. Each protocol has lists of its own.
/// </summary>
internal sealed class ApiAccess
{
    public static readonly ApiAccess Open = new([], []);
    private const string DaprMethods = "/dapr.proto.runtime.";
    private readonly FrozenSet<(string Name, string Version)> _allowed;
    private readonly FrozenSet<(string Name, string Version)> _denied;
    private readonly FrozenSet<string> _allowedMethods;
    private readonly FrozenSet<string> _deniedMethods;

    public ApiAccess(IReadOnlyCollection<ApiAccessRule> allowed, IReadOnlyCollection<ApiAccessRule> denied)
    {
        _allowed = Groups(allowed);
        _denied = Groups(denied);
        _allowedMethods = Methods(allowed);
        _deniedMethods = Methods(denied);
    }

    /// <param name="group">The first part of the path after its version, as <c>state</c>.</param>
    /// <param name="version"><c>v1</c>, <c>v1alpha1</c>, …</param>
    public bool AllowsHttp(string group, string version)
    {
        if (group == "healthz") return true; // whoever starts the sidecar has to see that it runs
        if (_denied.Count > 0 && _denied.Contains((group, version))) return false;
        return _allowed.Count == 0 || _allowed.Contains((group, version));
    }

    /// <param name="method">The full method, <c>/dapr.proto.runtime.v1.Dapr/GetState</c>. Other services are not this list's affair.</param>
    public bool AllowsGrpc(string method)
    {
        if (!method.StartsWith(DaprMethods, StringComparison.Ordinal)) return true;
        if (_deniedMethods.Count > 0 && _deniedMethods.Contains(method)) return false;
        return _allowedMethods.Count == 0 || _allowedMethods.Contains(method);
    }

    private static FrozenSet<(string, string)> Groups(IEnumerable<ApiAccessRule> rules) =>
        rules.Where(rule => !rule.IsGrpc).Select(rule => (rule.Name, rule.Version)).ToFrozenSet();

    private static FrozenSet<string> Methods(IEnumerable<ApiAccessRule> rules) =>
        rules.Where(rule => rule.IsGrpc).SelectMany(rule => ApiGroups.MethodsOf(rule.Name, rule.Version)!)
            .Select(method => $"{DaprMethods}v1.Dapr/{method}").ToFrozenSet(StringComparer.Ordinal);
}
