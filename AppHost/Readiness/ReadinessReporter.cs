using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace McpMesh.AppHost.Readiness;

/// <summary>
/// Prints a line per process as it becomes healthy, then how to use the mesh, and keeps the run file. Stops the host when a process cannot start.
/// </summary>
internal sealed class ReadinessReporter(
    DistributedApplicationModel model, ResourceNotificationService notifications, IHostApplicationLifetime lifetime, EndpointsFile file,
    PublicEndpoints endpoints, ReadinessReport report, TextWriter output, TimeProvider time) : BackgroundService
{
    private readonly Dictionary<string, ResourceLine> _lines = [];
    private readonly HashSet<string> _ready = [];
    private bool _announced;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        file.Remove();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        var expected = 0;
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            if (change.Resource is not (ProjectResource or ExecutableResource)) continue;
            // Sidecar processes join the model while the application starts.
            if (expected == 0) expected = CountProcesses();

            var line = Describe(change);
            _lines[line.Name] = line;
            if (change.Snapshot.State?.Text == KnownResourceStates.FailedToStart && !_announced)
            {
                await output.WriteLineAsync($"{line.Name} failed to start; the mesh stops.");
                report.Failed = true;
                lifetime.StopApplication();
                return;
            }

            if (IsReady(change) && _ready.Add(line.Name))
            {
                var elapsed = (long)time.GetElapsedTime(started).TotalMilliseconds;
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{line.Name,-28} {line.State,-8} {elapsed,6} ms  {line.Url}"));
            }

            if (_ready.Count < expected) continue;
            file.Write(_lines.Values.OrderBy(known => known.Name, StringComparer.Ordinal));
            if (_announced) continue;
            _announced = true;
            await AnnounceAsync();
        }
    }

    // What others wait for to complete is ready when it has ended, everything else while it is healthy.
    private bool IsReady(ResourceEvent change) => RunsToCompletion(change.Resource)
        ? change.Snapshot.State?.Text == KnownResourceStates.Finished && change.Snapshot.ExitCode == 0
        : change.Snapshot.HealthStatus == HealthStatus.Healthy;

    private bool RunsToCompletion(IResource resource) => model.Resources.SelectMany(other => other.Annotations.OfType<WaitAnnotation>())
        .Any(wait => wait.Resource == resource && wait.WaitType == WaitType.WaitForCompletion);

    private static ResourceLine Describe(ResourceEvent change)
    {
        var pid = change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value;
        var url = change.Snapshot.Urls.FirstOrDefault(known => known.Name == "http")?.Url;
        var state = change.Snapshot.HealthStatus?.ToString() ?? change.Snapshot.State?.Text ?? KnownResourceStates.NotStarted;
        return new ResourceLine(change.ResourceId, pid is null ? null : Convert.ToInt32(pid, CultureInfo.InvariantCulture), url, state);
    }

    private int CountProcesses() => model.Resources.Where(resource => resource is ProjectResource or ExecutableResource)
        .Sum(resource => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1);

    private async Task AnnounceAsync() => await output.WriteLineAsync($"""

        The mesh is up.
          gateway         {endpoints.Gateway.Url}/mcp
          token exchange  {endpoints.TokenExchange.Url}
          policy          {endpoints.Policy.Url}
          audit           {endpoints.Audit.Url}
          identity        {endpoints.Idp.Url}

        Point an MCP client at it:
          {ClientConfiguration()}

        Ctrl-C stops it.
        """);

    private string ClientConfiguration() => JsonSerializer.Serialize(
        new { mcpServers = new { mesh = new { type = "http", url = $"{endpoints.Gateway.Url}/mcp" } } });
}
