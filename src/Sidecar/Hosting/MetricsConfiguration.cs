using McpMesh.Sidecar.Components;
using YamlDotNet.RepresentationModel;

namespace McpMesh.Sidecar.Hosting;

/// <summary><c>spec.metrics</c> (or <c>metric</c>) of a Configuration.</summary>
/// <param name="LatencyBuckets">Upper bounds in milliseconds, rising; null for daprd's.</param>
internal sealed record MetricsConfiguration(bool Enabled, bool ExcludeVerbs, IReadOnlyList<double>? LatencyBuckets)
{
    public static readonly MetricsConfiguration Default = new(true, false, null);

    /// <exception cref="StartupException">A field is not known or has a wrong value.</exception>
    public static MetricsConfiguration Read(YamlResource resource, YamlMappingNode metrics, string path)
    {
        resource.RefuseOthers(metrics, path, "enabled", "recordErrorCodes", "http", "rules", "latencyDistributionBuckets", "workflow");
        var http = resource.Mapping(metrics, "http");
        if (http is not null) resource.RefuseOthers(http, path + ".http", "increasedCardinality", "pathMatching", "excludeVerbs");
        double[] buckets =
        [
            .. resource.Items(metrics, "latencyDistributionBuckets").Select(item =>
                item is YamlScalarNode { Value: { } text } && int.TryParse(text, out var bound) && bound > 0
                    ? (double)bound
                    : throw resource.Invalid(item, $"{path}.latencyDistributionBuckets: every bound must be a whole number of milliseconds")),
        ];
        for (var i = 1; i < buckets.Length; i++)
        {
            if (buckets[i] <= buckets[i - 1]) throw resource.Invalid(metrics, $"{path}.latencyDistributionBuckets must rise");
        }

        return new MetricsConfiguration(
            resource.Boolean(metrics, "enabled") ?? true, http is not null && resource.Boolean(http, "excludeVerbs") == true,
            buckets.Length > 0 ? buckets : null);
    }
}
