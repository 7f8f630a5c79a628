using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpMesh.Policy.Distribution;

/// <summary>Not ready until the first policy arrived: before that every call is refused.</summary>
internal sealed class PolicyHealthCheck(IPolicySource source) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(source.Current is { } engine
            ? HealthCheckResult.Healthy(engine.Digest)
            : HealthCheckResult.Unhealthy("No policy has arrived yet."));
}
