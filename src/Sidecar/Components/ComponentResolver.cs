using McpMesh.Sidecar.Hosting;
using McpMesh.Sidecar.Secrets;

namespace McpMesh.Sidecar.Components;

/// <summary>Replaces envRef, secretKeyRef and the placeholders of a declaration by their values.</summary>
internal sealed class ComponentResolver(string appId, string daprNamespace, IReadOnlyDictionary<string, ISecretStore> secretStores)
{
    /// <exception cref="StartupException">A variable, secret store or secret is missing.</exception>
    public Component Resolve(ComponentDeclaration declaration)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in declaration.Metadata)
        {
            var value = Expand(ValueOf(declaration.Name, declaration.SecretStore, item), declaration.Name, item);
            if (!metadata.TryAdd(item.Name, value))
                throw new StartupException($"{item.Source}: component {declaration.Name}: metadata '{item.Name}' is given twice");
        }

        return new Component(declaration.Name, declaration.Type, declaration.Version, declaration.Source, metadata);
    }

    /// <param name="owner">The name of the resource that has the item.</param>
    /// <exception cref="StartupException">A variable, secret store or secret is missing.</exception>
    public string ValueOf(string owner, string? secretStore, MetadataItem item)
    {
        if (item.Value is not null) return item.Value;
        if (item.EnvRef is not null)
        {
            return Environment.GetEnvironmentVariable(item.EnvRef) ?? throw new StartupException(
                $"{item.Source}: component {owner}: metadata '{item.Name}' refers to the environment variable {item.EnvRef}, " +
                    "which is not set");
        }

        var store = secretStore ?? throw new StartupException(
            $"{item.Source}: component {owner}: metadata '{item.Name}' has a secretKeyRef, but auth.secretStore is not given");
        if (!secretStores.TryGetValue(store, out var secrets))
            throw new StartupException($"{item.Source}: component {owner}: secret store '{store}' is not loaded");
        if (secrets.Find(item.Secret!.Name) is { } secret && secret.TryGetValue(item.Secret.Key, out var value)) return value;
        throw new StartupException(
            $"{item.Source}: component {owner}: secret '{item.Secret.Name}' has no key '{item.Secret.Key}' in store '{store}'");
    }

    private string Expand(string value, string owner, MetadataItem item)
    {
        if (!value.Contains('{', StringComparison.Ordinal)) return value;
        if (value.Contains("{podName}", StringComparison.Ordinal))
        {
            var pod = Environment.GetEnvironmentVariable("POD_NAME");
            if (string.IsNullOrEmpty(pod))
            {
                throw new StartupException(
                    $"{item.Source}: component {owner}: metadata '{item.Name}' has {{podName}}, but POD_NAME is not set");
            }

            value = value.Replace("{podName}", pod, StringComparison.Ordinal);
        }

        return value.Replace("{appID}", appId, StringComparison.Ordinal)
            .Replace("{namespace}", $"{daprNamespace}.{appId}", StringComparison.Ordinal)
            .Replace("{uuid}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
    }
}
