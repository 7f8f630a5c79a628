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
        foreach (var item in declaration.Metadata) metadata[item.Name] = Expand(ValueOf(declaration, item));
        return new Component(declaration.Name, declaration.Type, declaration.Version, declaration.Source, metadata);
    }

    private string ValueOf(ComponentDeclaration declaration, MetadataItem item)
    {
        if (item.Value is not null) return item.Value;
        if (item.EnvRef is not null)
        {
            return Environment.GetEnvironmentVariable(item.EnvRef) ?? throw new StartupException(
                $"{item.Source}: component {declaration.Name}: metadata '{item.Name}' refers to the environment variable {item.EnvRef}, " +
                    "which is not set");
        }

        var store = declaration.SecretStore ?? throw new StartupException(
            $"{item.Source}: component {declaration.Name}: metadata '{item.Name}' has a secretKeyRef, but auth.secretStore is not given");
        if (!secretStores.TryGetValue(store, out var secrets))
            throw new StartupException($"{item.Source}: component {declaration.Name}: secret store '{store}' is not loaded");
        if (secrets.Find(item.Secret!.Name) is { } secret && secret.TryGetValue(item.Secret.Key, out var value)) return value;
        throw new StartupException(
            $"{item.Source}: component {declaration.Name}: secret '{item.Secret.Name}' has no key '{item.Secret.Key}' in store '{store}'");
    }

    private string Expand(string value) => value.Contains('{', StringComparison.Ordinal)
        ? value.Replace("{appID}", appId, StringComparison.Ordinal)
            .Replace("{namespace}", $"{daprNamespace}.{appId}", StringComparison.Ordinal)
            .Replace("{uuid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        : value;
}
