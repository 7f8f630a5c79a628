using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpMesh.PolicyDecision.Administration;

/// <summary>Not ready without a policy; degraded (still ready) while the newest configuration cannot be used.</summary>
internal sealed class PolicyStoreHealthCheck(PolicyStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var result = store switch
        {
            { Current: null } => HealthCheckResult.Unhealthy("No policy is in force."),
            { LastError: not null } => HealthCheckResult.Degraded("The newest configuration has errors; the last good policy is in force."),
            _ => HealthCheckResult.Healthy(store.Current.Digest),
        };
        return Task.FromResult(result);
    }
}
