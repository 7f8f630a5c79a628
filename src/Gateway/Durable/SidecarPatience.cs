using Dapr;
using Grpc.Core;

namespace McpMesh.Gateway.Durable;

/// <summary>Our sidecar may die and come back while a call is under way: what can be asked twice is asked again for a while.</summary>
internal sealed class SidecarPatience(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <exception cref="RpcException">The sidecar refused, or did not come back in time.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (IsPassing(e) && time.GetElapsedTime(began) < Longest)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancellationToken);
            }
        }
    }

    private static bool IsPassing(Exception e) => e is DaprException or HttpRequestException or RpcException
    {
        StatusCode: StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.Aborted or StatusCode.DeadlineExceeded,
    };
}
