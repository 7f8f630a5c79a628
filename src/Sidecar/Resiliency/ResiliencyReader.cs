using McpMesh.Sidecar.Components;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Resiliency;

/// <summary>Reads Resiliency resources (dapr.io/v1alpha1) into one set of rules.</summary>
internal sealed class ResiliencyReader(string appId, Action<string> warn)
{
    private readonly ResiliencyRules _rules = new();
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private readonly List<(YamlResource Resource, YamlNode At, PolicyNames Names)> _targets = [];

    /// <exception cref="Hosting.StartupException">A resource is malformed, or a target names a policy that no resource has.</exception>
    public static ResiliencyRules Read(IEnumerable<YamlResource> resources, string appId, Action<string> warn)
    {
        var reader = new ResiliencyReader(appId, warn);
        foreach (var resource in resources) reader.Add(resource);
        reader.CheckTargets();
        return reader._rules;
    }

    /// <summary>Checks resources by themselves: a policy that a target names may stand in another file.</summary>
    /// <exception cref="Hosting.StartupException">A resource is malformed.</exception>
    public static void Check(IEnumerable<YamlResource> resources, string appId)
    {
        var reader = new ResiliencyReader(appId, static _ => { });
        foreach (var resource in resources) reader.Add(resource);
    }

    private void Add(YamlResource resource)
    {
        var root = resource.Root;
        resource.RefuseOthers(root, "", "apiVersion", "kind", "metadata", "spec", "scopes");
        if (resource.Require(root, "apiVersion") != "dapr.io/v1alpha1")
            throw resource.Invalid(root, "apiVersion of a Resiliency must be dapr.io/v1alpha1");
        var metadata = resource.Mapping(root, "metadata") ?? throw resource.Invalid(root, "field 'metadata' is required");
        var name = resource.Require(metadata, "name");
        var scopes = resource.Texts(root, "scopes");
        var spec = resource.Mapping(root, "spec") ?? throw resource.Invalid(root, "field 'spec' is required");
        if (scopes.Count > 0 && !scopes.Contains(appId, StringComparer.Ordinal)) return;
        if (!_sources.TryAdd(name, resource.Source))
            throw resource.Invalid(root, $"resiliency '{name}' is already defined at {_sources[name]}");
        _rules.Names.Add(name);
        resource.RefuseOthers(spec, "spec", "policies", "targets");
        if (resource.Mapping(spec, "policies") is { } policies) PolicyReader.Read(resource, policies, _rules, warn);
        if (resource.Mapping(spec, "targets") is { } targets) ReadTargets(resource, targets);
    }

    private void ReadTargets(YamlResource resource, YamlMappingNode targets)
    {
        resource.RefuseOthers(targets, "spec.targets", "apps", "actors", "components");
        foreach (var (name, target) in Mappings(resource, targets, "apps"))
        {
            resource.RefuseOthers(target, $"spec.targets.apps.{name}", "timeout", "retry", "circuitBreaker", "circuitBreakerCacheSize");
            var size = resource.Number(target, "circuitBreakerCacheSize", 0) is { } given and > 0 ? given : 100;
            _rules.Apps[name] = ReadNames(resource, target) with { CircuitBreakerCacheSize = size };
        }

        foreach (var (name, target) in Mappings(resource, targets, "actors"))
        {
            resource.RefuseOthers(
                target, $"spec.targets.actors.{name}", "timeout", "retry", "circuitBreaker", "circuitBreakerScope",
                "circuitBreakerCacheSize");
            if (YamlResource.Find(target, "circuitBreaker") is not null
                && resource.Text(target, "circuitBreakerScope") is not ("type" or "id" or "both"))
            {
                throw resource.Invalid(target, $"spec.targets.actors.{name}.circuitBreakerScope must be type, id or both");
            }

            _rules.Actors[name] = ReadNames(resource, target);
        }

        foreach (var (name, target) in Mappings(resource, targets, "components"))
        {
            resource.RefuseOthers(target, $"spec.targets.components.{name}", "inbound", "outbound");
            _rules.Inbound[name] = ReadDirection(resource, target, name, "inbound");
            _rules.Outbound[name] = ReadDirection(resource, target, name, "outbound");
        }
    }

    private static IEnumerable<(string Name, YamlMappingNode Target)> Mappings(
        YamlResource resource, YamlMappingNode targets, string kind)
    {
        if (resource.Mapping(targets, kind) is not { } all) yield break;
        foreach (var (name, value) in resource.Entries(all))
        {
            yield return (
                name, value as YamlMappingNode ?? throw resource.Invalid(value, $"spec.targets.{kind}.{name} must be a mapping"));
        }
    }

    private PolicyNames ReadDirection(YamlResource resource, YamlMappingNode target, string name, string direction)
    {
        if (resource.Mapping(target, direction) is not { } names) return PolicyNames.None;
        resource.RefuseOthers(names, $"spec.targets.components.{name}.{direction}", "timeout", "retry", "circuitBreaker");
        return ReadNames(resource, names);
    }

    private PolicyNames ReadNames(YamlResource resource, YamlMappingNode target)
    {
        var names = new PolicyNames(
            NullIfEmpty(resource.Text(target, "timeout")), NullIfEmpty(resource.Text(target, "retry")),
            NullIfEmpty(resource.Text(target, "circuitBreaker")), resource.At(target));
        _targets.Add((resource, target, names));
        return names;
    }

    // Only now: a policy may stand in another file than the target that uses it.
    private void CheckTargets()
    {
        foreach (var (resource, at, names) in _targets)
        {
            if (names.Timeout is { } timeout && !_rules.Timeouts.ContainsKey(timeout))
                throw resource.Invalid(at, $"timeout '{timeout}' is not defined under spec.policies.timeouts");
            if (names.Retry is { } retry && !_rules.Retries.ContainsKey(retry))
                throw resource.Invalid(at, $"retry '{retry}' is not defined under spec.policies.retries");
            if (names.CircuitBreaker is { } breaker && !_rules.CircuitBreakers.ContainsKey(breaker))
                throw resource.Invalid(at, $"circuitBreaker '{breaker}' is not defined under spec.policies.circuitBreakers");
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
