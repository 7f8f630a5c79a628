using McpMesh.Sidecar.Components;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.AccessControl;

/// <summary>Reads <c>spec.accessControl</c>.</summary>
internal static class AccessPolicyReader
{
    /// <exception cref="Hosting.StartupException">A field is missing or has a value that is not known.</exception>
    public static AccessPolicy Read(YamlResource resource, YamlMappingNode access)
    {
        resource.RefuseOthers(access, "spec.accessControl", "defaultAction", "trustDomain", "policies");
        var trustDomain = resource.Text(access, "trustDomain") is { Length: > 0 } given ? given : "public";
        var policies = resource.Mappings(access, "policies").ToArray();
        // With policies and no default, daprd denies what they do not name.
        var allowByDefault = IsAllow(resource, access, "defaultAction", unset: policies.Length == 0);
        var callers = new Dictionary<string, CallerPolicy>(StringComparer.Ordinal);
        foreach (var policy in policies)
        {
            resource.RefuseOthers(
                policy, "spec.accessControl.policies", "appId", "defaultAction", "trustDomain", "namespace", "operations");
            var appId = resource.Require(policy, "appId");
            if (!callers.TryAdd(appId, ReadCaller(resource, policy, allowByDefault)))
                throw resource.Invalid(policy, $"accessControl has two policies for appId '{appId}'");
        }

        return new AccessPolicy(allowByDefault, trustDomain, callers);
    }

    private static CallerPolicy ReadCaller(YamlResource resource, YamlMappingNode policy, bool allowByDefault) => new(
        resource.Require(policy, "namespace"),
        resource.Require(policy, "trustDomain"),
        IsAllow(resource, policy, "defaultAction", allowByDefault),
        [.. resource.Mappings(policy, "operations").Select(operation => ReadOperation(resource, operation))]);

    private static OperationRule ReadOperation(YamlResource resource, YamlMappingNode operation)
    {
        resource.RefuseOthers(operation, "spec.accessControl.policies.operations", "name", "httpVerb", "action");
        return new OperationRule(
            resource.Require(operation, "name"), resource.Texts(operation, "httpVerb"), IsAllow(resource, operation, "action", unset: null));
    }

    private static bool IsAllow(YamlResource resource, YamlMappingNode parent, string field, bool? unset) =>
        resource.Text(parent, field) switch
        {
            "allow" => true,
            "deny" => false,
            null or "" when unset is { } fallback => fallback,
            var other => throw resource.Invalid(parent, $"{field} must be allow or deny, not '{other}'"),
        };
}
