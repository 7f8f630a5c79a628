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

    /// <summary><c>spec.api</c>.</summary>
    public ApiAccess Api { get; init; } = ApiAccess.Open;

    /// <summary><c>spec.components.deny</c>.</summary>
    public ComponentDenyList DeniedComponents { get; init; } = ComponentDenyList.Empty;

    /// <summary><c>spec.metrics</c>.</summary>
    public MetricsConfiguration Metrics { get; init; } = MetricsConfiguration.Default;

    /// <summary><c>spec.features</c> that are switched off by name, as <c>HotReload</c>.</summary>
    public IReadOnlySet<string> DisabledFeatures { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    public static readonly MeshConfiguration Empty = new(AccessPolicy.Open, [], null);

    // Left out silently, these would make the mesh laxer than its configuration says.
    private static readonly string[] Unserved = ["httpPipeline", "appHttpPipeline"];

    private static readonly string[] Sections =
    [
        "tracing", "metric", "metrics", "mtls", "accessControl", "httpPipeline", "appHttpPipeline", "secrets", "nameResolution", "features",
        "api", "components", "logging", "wasm", "workflow",
    ];

    /// <summary>Later files win, section by section.</summary>
    /// <exception cref="StartupException">A file is unreadable or asks for something that this sidecar does not do.</exception>
    public static MeshConfiguration Read(IEnumerable<string> files)
    {
        var merged = Empty;
        foreach (var resource in files.SelectMany(YamlResource.ReadFile))
        {
            if (resource.Kind != "Configuration")
                throw new StartupException($"{resource.Source}: --config takes kind Configuration, not {resource.Kind}");
            // A section under a misspelt name would be one that is missing.
            resource.RefuseOthers(resource.Root, "", "apiVersion", "kind", "metadata", "spec");
            if (resource.Mapping(resource.Root, "spec") is { } spec) merged = merged.With(resource, spec);
        }

        return merged;
    }

    private MeshConfiguration With(YamlResource resource, YamlMappingNode spec)
    {
        resource.RefuseOthers(spec, "spec", Sections);
        foreach (var section in Unserved)
        {
            if (YamlResource.Find(spec, section) is { } node)
                throw resource.Invalid(node, $"spec.{section} is not served by the embedded sidecar; run this mesh on daprd");
        }

        var denied = resource.Mapping(spec, "components");
        if (denied is not null) resource.RefuseOthers(denied, "spec.components", "deny");
        return this with
        {
            Access = resource.Mapping(spec, "accessControl") is { } access ? AccessPolicyReader.Read(resource, access) : Access,
            SecretScopes = resource.Mapping(spec, "secrets") is { } secrets ? ReadScopes(resource, secrets) : SecretScopes,
            NamesConnection = resource.Mapping(spec, "nameResolution") is { } names ? ReadNames(resource, names) : NamesConnection,
            Workflow = resource.Mapping(spec, "workflow") is { } workflow ? WorkflowSettings.Read(resource, workflow) : Workflow,
            Api = resource.Mapping(spec, "api") is { } api ? ApiAccessReader.Read(resource, api) : Api,
            DeniedComponents = denied is not null ? new ComponentDenyList(resource.Texts(denied, "deny")) : DeniedComponents,
            Metrics = ReadMetrics(resource, spec) ?? Metrics,
            DisabledFeatures = YamlResource.Find(spec, "features") is null ? DisabledFeatures : ReadFeatures(resource, spec),
        };
    }

    private static MetricsConfiguration? ReadMetrics(YamlResource resource, YamlMappingNode spec)
    {
        var name = YamlResource.Find(spec, "metrics") is null ? "metric" : "metrics";
        return resource.Mapping(spec, name) is { } metrics ? MetricsConfiguration.Read(resource, metrics, "spec." + name) : null;
    }

    private static HashSet<string> ReadFeatures(YamlResource resource, YamlMappingNode spec)
    {
        var disabled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in resource.Mappings(spec, "features"))
        {
            resource.RefuseOthers(feature, "spec.features", "name", "enabled");
            if (resource.Boolean(feature, "enabled") == false) disabled.Add(resource.Require(feature, "name"));
        }

        return disabled;
    }

    private static SecretScope[] ReadScopes(YamlResource resource, YamlMappingNode secrets)
    {
        resource.RefuseOthers(secrets, "spec.secrets", "scopes");
        return [.. resource.Mappings(secrets, "scopes").Select(scope => ReadScope(resource, scope))];
    }

    private static SecretScope ReadScope(YamlResource resource, YamlMappingNode scope)
    {
        resource.RefuseOthers(scope, "spec.secrets.scopes", "storeName", "defaultAccess", "allowedSecrets", "deniedSecrets");
        var access = resource.Text(scope, "defaultAccess");
        if (access is not (null or "" or "allow" or "deny"))
            throw resource.Invalid(scope, $"defaultAccess must be allow or deny, not '{access}'");
        return new SecretScope(
            resource.Require(scope, "storeName"),
            access is not "deny",
            resource.Texts(scope, "allowedSecrets").ToHashSet(StringComparer.Ordinal),
            resource.Texts(scope, "deniedSecrets").ToHashSet(StringComparer.Ordinal));
    }

    private static string ReadNames(YamlResource resource, YamlMappingNode names)
    {
        var component = resource.Require(names, "component");
        if (component != "sqlite") throw resource.Invalid(names, $"nameResolution.component '{component}': this sidecar knows sqlite");
        var configuration = resource.Mapping(names, "configuration")
            ?? throw resource.Invalid(names, "nameResolution.configuration is required");
        return resource.Require(configuration, "connectionString");
    }
}
