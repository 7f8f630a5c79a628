using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Execution;

/// <summary>Asks a replica again and again whether it is healthy: often until it is, seldom afterwards.</summary>
internal sealed class HealthMonitor(HttpMessageInvoker client, TimeProvider time)
{
    private const int FailuresUntilUnhealthy = 3;
    private static readonly TimeSpan StartingInterval = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan HealthyInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Reports each change of health until cancelled.</summary>
    public async Task WatchAsync(
        IReadOnlyList<HttpHealthProbeAnnotation> probes, int replica, Action<HealthStatus> report, CancellationToken cancellationToken)
    {
        if (probes.Count == 0)
        {
            report(HealthStatus.Healthy);
            return;
        }

        var reported = (HealthStatus?)null;
        var failures = 0;
        using var timer = new PeriodicTimer(StartingInterval, time);
        do
        {
            var healthy = true;
            foreach (var probe in probes) healthy = healthy && await AnswersAsync(probe, replica, cancellationToken);
            failures = healthy ? 0 : failures + 1;
            if (healthy && reported != HealthStatus.Healthy) Report(HealthStatus.Healthy, HealthyInterval);
            else if (failures >= FailuresUntilUnhealthy && reported == HealthStatus.Healthy)
                Report(HealthStatus.Unhealthy, StartingInterval);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));

        void Report(HealthStatus status, TimeSpan interval)
        {
            reported = status;
            timer.Period = interval;
            report(status);
        }
    }

    private async Task<bool> AnswersAsync(HttpHealthProbeAnnotation probe, int replica, CancellationToken cancellationToken)
    {
        var root = new PairedEndpointExpression(probe.Endpoint, EndpointProperty.Url).ResolveForReplica(replica);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(root), probe.Path));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var response = await client.SendAsync(request, limit.Token);
            return (int)response.StatusCode == probe.StatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
