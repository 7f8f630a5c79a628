using Dapr;
using McpMesh.Identity.Jose;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpMesh.TokenExchange.Signing;

/// <summary>Ready means: a token could be signed. Also warms the keys, so that the first caller does not wait for them.</summary>
internal sealed class SigningKeyHealthCheck(SigningKeyRing ring) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var key = await ring.GetActiveAsync(cancellationToken);
            return HealthCheckResult.Healthy($"signs with {key.KeyId}");
        }
        catch (Exception exception) when (exception is DaprException or JoseException)
        {
            return HealthCheckResult.Unhealthy("the secret signing-key cannot be used", exception);
        }
    }
}
