using McpMesh.Sidecar.Components;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.AccessControl;

/// <summary>Reads <c>spec.api</c>. A name that is not known would deny nothing, or allow nothing: it is an error.</summary>
internal static class ApiAccessReader
{
    private static readonly string[] Versions = ["v1", "v1alpha1", "v1alpha2", "v1beta1"];

    /// <exception cref="Hosting.StartupException">An entry names no API.</exception>
    public static ApiAccess Read(YamlResource resource, YamlMappingNode api)
    {
        resource.RefuseOthers(api, "spec.api", "allowed", "denied");
        return new ApiAccess(Rules(resource, api, "allowed"), Rules(resource, api, "denied"));
    }

    private static ApiAccessRule[] Rules(YamlResource resource, YamlMappingNode api, string list) =>
        [.. resource.Mappings(api, list).Select(entry => Rule(resource, entry, $"spec.api.{list}"))];

    private static ApiAccessRule Rule(YamlResource resource, YamlMappingNode entry, string path)
    {
        resource.RefuseOthers(entry, path, "name", "version", "protocol");
        var name = resource.Require(entry, "name");
        // Dapr's older spelling is that of the path: v1.0-alpha1.
        var version = resource.Require(entry, "version")
            .Replace("v1.0-", "v1", StringComparison.Ordinal).Replace("v1.0", "v1", StringComparison.Ordinal);
        if (!Versions.Contains(version))
            throw resource.Invalid(entry, $"{path}: version must be {string.Join(", ", Versions)}, not '{resource.Text(entry, "version")}'");
        switch (resource.Require(entry, "protocol").ToLowerInvariant())
        {
            case "http" when ApiGroups.Names.Contains(name):
                return new ApiAccessRule(name, version, IsGrpc: false);
            case "http":
                throw resource.Invalid(entry, $"{path}: '{name}' is no API; known are {string.Join(", ", ApiGroups.Names)}");
            case "grpc" when ApiGroups.MethodsOf(name, version) is not null:
                return new ApiAccessRule(name, version, IsGrpc: true);
            case "grpc":
                throw resource.Invalid(entry, $"{path}: there is no gRPC API '{name}' of version {version}");
            default:
                throw resource.Invalid(entry, $"{path}: protocol must be http or grpc, not '{resource.Text(entry, "protocol")}'");
        }
    }
}
