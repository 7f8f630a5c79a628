using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Metrics;

namespace McpMesh.Sidecar.Health;

/// <summary>
/// Asks the app for its health: unhealthy until the first yes, and again after as many failures in a row as the threshold says. The
/// request carries no token: the path is one that anybody may ask.
/// </summary>
internal sealed partial class AppHealthProbe(
    AppHealthCheck check, AppReadiness readiness, AppChannel app, HttpMessageInvoker client, SidecarMetrics metrics,
    TimeProvider clock, ILogger logger)
{
    private int _failures;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await readiness.WhenPortOpensAsync(stop);
            using var timer = new PeriodicTimer(check.Interval, clock);
            do
            {
                Judge(await ProbeAsync(stop));
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    private void Judge(string? problem)
    {
        if (problem is null)
        {
            _failures = 0;
            if (readiness.Found()) Healthy(logger);
        }
        else if (++_failures >= check.Threshold && readiness.Lost())
        {
            Unhealthy(logger, problem, _failures);
        }
    }

    /// <summary>Null for a healthy app.</summary>
    private async Task<string?> ProbeAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(check.Timeout);
        var begun = Elapsed.Begin();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, app.BaseAddress + check.Path);
            if (app.IsHttp2) RequestRelay.UseHttp2(request);
            using var response = await client.SendAsync(request, limit.Token);
            readiness.Answered();
            metrics.HealthProbed((int)response.StatusCode, begun.Milliseconds);
            return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            metrics.HealthProbed(StatusCodes.Status500InternalServerError, begun.Milliseconds);
            return error.Message;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            metrics.HealthProbed(StatusCodes.Status500InternalServerError, begun.Milliseconds);
            return $"no answer within {check.Timeout.TotalMilliseconds:0} ms";
        }
    }

    [LoggerMessage(40, LogLevel.Information, "App entered healthy status")]
    private static partial void Healthy(ILogger logger);

    [LoggerMessage(41, LogLevel.Warning, "App entered un-healthy status: {Problem}, {Failures} failures in a row")]
    private static partial void Unhealthy(ILogger logger, string problem, int failures);
}
