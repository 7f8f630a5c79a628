using System.Threading.RateLimiting;

namespace McpMesh.TokenExchange.Limits;

/// <summary>
/// How many token requests one client may make, from however many addresses. It is above the bound of a single address: a stranger who
/// names a public client from one place cannot use its quota up.
/// </summary>
internal sealed class ClientQuota : IDisposable
{
    public const int Burst = 2000;
    public const int PerSecond = 200;

    private readonly PartitionedRateLimiter<string> _clients = PartitionedRateLimiter.Create<string, string>(
        static clientId => RateLimitPartition.GetTokenBucketLimiter(
            clientId,
            static _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Burst,
                TokensPerPeriod = PerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }),
        StringComparer.Ordinal);

    /// <param name="clientId">A registered client: the number of partitions is that of mesh.yaml.</param>
    public bool TryTake(string clientId)
    {
        using var lease = _clients.AttemptAcquire(clientId);
        return lease.IsAcquired;
    }

    public void Dispose() => _clients.Dispose();
}
