namespace McpMesh.Sidecar.Secrets;

/// <summary><c>secretstores.local.env</c>: environment variables, without the sidecar's own tokens.</summary>
internal sealed class EnvironmentSecretStore(string prefix) : ISecretStore
{
    public IEnumerable<string> Names => Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => name[prefix.Length..])
        .Where(IsAllowed);

    public IReadOnlyDictionary<string, string>? Find(string name) =>
        IsAllowed(name) && Environment.GetEnvironmentVariable(prefix + name) is { } value
            ? new Dictionary<string, string> { [name] = value }
            : null;

    private bool IsAllowed(string name) => (prefix + name).ToUpperInvariant() is not ("APP_API_TOKEN" or "DAPR_API_TOKEN");
}
