using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpMesh.AuditSink.Storage;

/// <summary>Ready means that records can be read.</summary>
internal sealed class AuditStoreHealthCheck(IAuditStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.ReadRangeAsync(after: null, limit: 1, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (SqliteException error)
        {
            return HealthCheckResult.Unhealthy("The audit store cannot be read.", error);
        }
    }
}
