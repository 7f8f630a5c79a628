using McpMesh.Sidecar.AccessControl;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Secrets;
using McpMesh.Sidecar.Workflows;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Hosting;

/// <summary>What this sidecar takes from Configuration resources (--config).</summary>
internal sealed record MeshConfiguration(AccessPolicy Access, IReadOnlyList<SecretScope> SecretScopes, string? NamesConnection)
{
    /// <summary><c>spec.workflow</c>.</summary>
    public WorkflowSettings Workflow { get; init; } = WorkflowSettings.Default;

    public static readonly MeshConfiguration Empty = new(AccessPolicy.Open, [], null);

    // Left out silently, these would make the mesh laxer than its configuration says.
    private static readonly string[] Unserved = ["httpPipeline", "appHttpPipeline", "api", "components"];

    /// <summary>Later files win, section by section.</summary>
    /// <exception cref="StartupException">A file is unreadable or asks for something that this sidecar does not do.</exception>
    public static MeshConfiguration Read(IEnumerable<string> files)
    {
        var merged = Empty;
        foreach (var resource in files.SelectMany(YamlResource.ReadFile))
        {
            if (resource.Kind != "Configuration")
                throw new StartupException($"{resource.Source}: --config takes kind Configuration, not {resource.Kind}");
            if (resource.Mapping(resource.Root, "spec") is { } spec) merged = merged.With(resource, spec);
        }

        return merged;
    }

    private MeshConfiguration With(YamlResource resource, YamlMappingNode spec)
    {
        foreach (var section in Unserved)
        {
            if (YamlResource.Find(spec, section) is { } node)
                throw resource.Invalid(node, $"spec.{section} is not served by the embedded sidecar; run this mesh on daprd");
        }

        return new MeshConfiguration(
            resource.Mapping(spec, "accessControl") is { } access ? AccessPolicyReader.Read(resource, access) : Access,
            resource.Mapping(spec, "secrets") is { } secrets
                ? [.. resource.Mappings(secrets, "scopes").Select(s => ReadScope(resource, s))]
                : SecretScopes,
            resource.Mapping(spec, "nameResolution") is { } names ? ReadNames(resource, names) : NamesConnection)
        {
            Workflow = resource.Mapping(spec, "workflow") is { } workflow ? WorkflowSettings.Read(resource, workflow) : Workflow,
        };
    }

    private static SecretScope ReadScope(YamlResource resource, YamlMappingNode scope) => new(
        resource.Require(scope, "storeName"),
        resource.Text(scope, "defaultAccess") is not "deny",
        resource.Texts(scope, "allowedSecrets").ToHashSet(StringComparer.Ordinal),
        resource.Texts(scope, "deniedSecrets").ToHashSet(StringComparer.Ordinal));

    private static string ReadNames(YamlResource resource, YamlMappingNode names)
    {
        var component = resource.Require(names, "component");
        if (component != "sqlite") throw resource.Invalid(names, $"nameResolution.component '{component}': this sidecar knows sqlite");
        var configuration = resource.Mapping(names, "configuration")
            ?? throw resource.Invalid(names, "nameResolution.configuration is required");
        return resource.Require(configuration, "connectionString");
    }
}
