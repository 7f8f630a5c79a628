using McpMesh.Sidecar.Hosting;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Components;

/// <summary>Reads Component resources (dapr.io/v1alpha1).</summary>
internal static class ComponentReader
{
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

    private static ComponentDeclaration ReadComponent(YamlResource resource)
    {
        var root = resource.Root;
        if (resource.Require(root, "apiVersion") != "dapr.io/v1alpha1")
            throw resource.Invalid(root, "apiVersion of a Component must be dapr.io/v1alpha1");
        var metadata = resource.Mapping(root, "metadata") ?? throw resource.Invalid(root, "field 'metadata' is required");
        var spec = resource.Mapping(root, "spec") ?? throw resource.Invalid(root, "field 'spec' is required");
        var type = YamlResource.Find(spec, "type") ?? throw resource.Invalid(spec, "field 'spec.type' is required");
        return new ComponentDeclaration(
            resource.Require(metadata, "name"),
            resource.Require(spec, "type"),
            resource.Text(spec, "version") ?? "v1",
            resource.At(type),
            resource.Mapping(root, "auth") is { } auth ? resource.Text(auth, "secretStore") : null,
            resource.Texts(root, "scopes"),
            [.. resource.Mappings(spec, "metadata").Select(item => ReadItem(resource, item))]);
    }

    private static MetadataItem ReadItem(YamlResource resource, YamlMappingNode item)
    {
        var name = resource.Require(item, "name");
        var secret = resource.Mapping(item, "secretKeyRef") is { } reference
            ? new SecretKeyRef(resource.Require(reference, "name"), resource.Text(reference, "key") ?? resource.Require(reference, "name"))
            : null;
        var value = resource.Text(item, "value");
        var environment = resource.Text(item, "envRef");
        if ((value is null ? 0 : 1) + (environment is null ? 0 : 1) + (secret is null ? 0 : 1) != 1)
            throw resource.Invalid(item, $"metadata '{name}' needs exactly one of value, envRef, secretKeyRef");
        return new MetadataItem(name, resource.At(item), value, environment, secret);
    }
}
