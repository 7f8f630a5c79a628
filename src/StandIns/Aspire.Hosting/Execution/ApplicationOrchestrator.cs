using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Execution;

/// <summary>Runs the model: allocates endpoints, starts every replica at once (each waits for its own dependencies), stops them in two
/// waves.</summary>
internal sealed class ApplicationOrchestrator(
    DistributedApplicationModel model, DistributedApplicationExecutionContext executionContext, AppHost appHost,
    IConfiguration configuration,
    ResourceNotificationService notifications, IEnumerable<IModelPreparation> preparations, IResourceLog log, ILoggerFactory loggers,
    TimeProvider time)
    : IHostedService, IAsyncDisposable
{
    private readonly PortBlock _ports = new();
    private readonly List<EndpointProxy> _proxies = [];
    private readonly HttpMessageInvoker _healthClient = new(
        new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    private Reaper? _reaper;
    private bool _disposed;

    public IReadOnlyList<ReplicaRunner> Replicas { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var preparation in preparations) preparation.Prepare(model);
        var allocator = new EndpointAllocator(_ports, configuration.GetValue<bool>("DcpPublisher:RandomizePorts"));
        foreach (var resource in model.Resources) _proxies.AddRange(allocator.Allocate(resource));

        _reaper = new Reaper();
        var services = new ReplicaServices(
            new ReplicaEnvironment(executionContext, configuration, appHost.Assembly), notifications,
            new HealthMonitor(_healthClient, time), _reaper, log, time);
        var logger = loggers.CreateLogger("Aspire.Hosting.Orchestration");
        Replicas = [.. model.Resources.SelectMany(resource => ReplicasOf(resource, services, logger))];
        foreach (var replica in Replicas) await replica.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Applications drain first, through sidecars that still run.
        foreach (var wave in Replicas.GroupBy(replica => replica.Resource.Annotations.OfType<StopsAfterAnnotation>().Any())
            .OrderBy(wave => wave.Key))
        {
            await Task.WhenAll(wave.Select(replica => replica.StopAsync(CancellationToken.None)));
        }

        foreach (var proxy in _proxies) await proxy.DisposeAsync();
        _proxies.Clear();
    }

    // The container owns this twice: as itself and as a hosted service.
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await StopAsync(CancellationToken.None);
        foreach (var replica in Replicas) await replica.DisposeAsync();
        _reaper?.Dispose();
        _ports.Dispose();
        _healthClient.Dispose();
    }

    private IEnumerable<ReplicaRunner> ReplicasOf(IResource resource, ReplicaServices services, ILogger logger)
    {
        var count = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        var runsToCompletion = model.Resources.SelectMany(other => other.Annotations.OfType<WaitAnnotation>())
            .Any(wait => wait.Resource == resource && wait.WaitType == WaitType.WaitForCompletion);
        return Enumerable.Range(0, count).Select(replica => new ReplicaRunner(
            resource, replica, count == 1 ? resource.Name : $"{resource.Name}-{replica + 1}", runsToCompletion, services, logger));
    }
}
