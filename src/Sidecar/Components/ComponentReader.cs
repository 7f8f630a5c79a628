using McpMesh.Sidecar.Hosting;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Components;

/// <summary>Reads Component resources (dapr.io/v1alpha1).</summary>
internal static class ComponentReader
{
    private static readonly TimeSpan DefaultInitTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="StartupException">A component is malformed or doubly named.</exception>
    public static IReadOnlyList<ComponentDeclaration> Read(IEnumerable<YamlResource> resources)
    {
        var components = new Dictionary<string, ComponentDeclaration>(StringComparer.Ordinal);
        foreach (var component in resources.Select(ReadComponent))
        {
            if (!components.TryAdd(component.Name, component))
            {
                throw new StartupException(
                    $"{component.Source}: component '{component.Name}' is already defined at {components[component.Name].Source}");
            }
        }

        return [.. components.Values];
    }

    /// <summary>One name with its value, as components and HTTP endpoints have them.</summary>
    public static MetadataItem ReadItem(YamlResource resource, YamlMappingNode item, string path)
    {
        resource.RefuseOthers(item, path, "name", "value", "envRef", "secretKeyRef");
        return ReadValue(resource, item, resource.Require(item, "name"), path);
    }

    /// <param name="name">Under which the value is known.</param>
    public static MetadataItem ReadValue(YamlResource resource, YamlMappingNode item, string name, string path)
    {
        resource.RefuseOthers(item, path, "name", "value", "envRef", "secretKeyRef");
        SecretKeyRef? secret = null;
        if (resource.Mapping(item, "secretKeyRef") is { } reference)
        {
            resource.RefuseOthers(reference, path + ".secretKeyRef", "name", "key");
            secret = new SecretKeyRef(
                resource.Require(reference, "name"), resource.Text(reference, "key") ?? resource.Require(reference, "name"));
        }

        var value = item.Children.TryGetValue(new YamlScalarNode("value"), out var given) ? YamlJson.TextOf(given) : null;
        var environment = resource.Text(item, "envRef");
        if ((value is null ? 0 : 1) + (environment is null ? 0 : 1) + (secret is null ? 0 : 1) != 1)
            throw resource.Invalid(item, $"metadata '{name}' needs exactly one of value, envRef, secretKeyRef");
        return new MetadataItem(name, resource.At(item), value, environment, secret);
    }

    private static ComponentDeclaration ReadComponent(YamlResource resource)
    {
        var root = resource.Root;
        resource.RefuseOthers(root, "", "apiVersion", "kind", "metadata", "spec", "auth", "scopes");
        if (resource.Require(root, "apiVersion") != "dapr.io/v1alpha1")
            throw resource.Invalid(root, "apiVersion of a Component must be dapr.io/v1alpha1");
        var metadata = resource.Mapping(root, "metadata") ?? throw resource.Invalid(root, "field 'metadata' is required");
        resource.RefuseOthers(metadata, "metadata", "name", "namespace", "labels", "annotations");
        var spec = resource.Mapping(root, "spec") ?? throw resource.Invalid(root, "field 'spec' is required");
        resource.RefuseOthers(spec, "spec", "type", "version", "initTimeout", "ignoreErrors", "metadata");
        var type = YamlResource.Find(spec, "type") ?? throw resource.Invalid(spec, "field 'spec.type' is required");
        if (resource.Mapping(root, "auth") is { } auth) resource.RefuseOthers(auth, "auth", "secretStore");
        return new ComponentDeclaration(
            resource.Require(metadata, "name"),
            resource.Require(spec, "type"),
            resource.Text(spec, "version") ?? "v1",
            resource.At(type),
            resource.Mapping(root, "auth") is { } store ? resource.Text(store, "secretStore") : null,
            resource.Texts(root, "scopes"),
            [.. resource.Mappings(spec, "metadata").Select(item => ReadItem(resource, item, "spec.metadata"))])
        {
            InitTimeout = resource.Duration(spec, "initTimeout") is { } timeout && timeout > TimeSpan.Zero ? timeout : DefaultInitTimeout,
            IgnoreErrors = resource.Boolean(spec, "ignoreErrors") ?? false,
            Content = YamlJson.Write(root),
        };
    }
}
