using System.Diagnostics;
using System.Runtime.InteropServices;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.ConfigurationStores;
using McpMesh.Sidecar.Grpc;
using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Metadata;
using McpMesh.Sidecar.Metrics;
using McpMesh.Sidecar.NameResolution;
using McpMesh.Sidecar.PubSub;
using McpMesh.Sidecar.Resiliency;
using McpMesh.Sidecar.Secrets;
using McpMesh.Sidecar.State;
using McpMesh.Sidecar.Workflows;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace McpMesh.Sidecar.Hosting;

/// <summary>Puts the building blocks together, runs them, and takes them down in order.</summary>
internal sealed partial class SidecarProcess(SidecarOptions options, ILoggerFactory loggers, TimeProvider clock) : IDisposable
{
    // Headers that the calling sidecar adds must not push a request over the limit that its caller kept.
    private const int HeadersOfSidecar = 4 << 10;

    // daprd's gRPC API takes far more than the read buffer; a token in the metadata has its place in this.
    private const int GrpcMetadata = 64 << 10;

    private readonly ILogger _logger = loggers.CreateLogger("sidecar");
    private readonly ShutdownSequence _shutdown = new(loggers.CreateLogger("sidecar"));

    /// <summary>Runs until SIGTERM, SIGINT or <c>/v1.0/shutdown</c>.</summary>
    /// <exception cref="StartupException">Something of the configuration cannot be served.</exception>
    public async Task RunAsync()
    {
        var started = Stopwatch.GetTimestamp();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        // SIGXFSZ: a write beyond the limit on file sizes is to fail, as on a full disk, and not to end the process.
        using var tooLarge = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)25, s => s.Cancel = true);

        var configuration = MeshConfiguration.Read(options.ConfigPaths);
        var metrics = new SidecarMetrics(
            options.AppId, options.Namespace,
            configuration.Metrics with { Enabled = options.EnableMetrics && configuration.Metrics.Enabled });
        // Before the files are read: no change falls between.
        using var watch = configuration.DisabledFeatures.Contains("HotReload")
            ? new ResourceWatch([], Timeout.InfiniteTimeSpan, clock, NotWatched)
            : new ResourceWatch(options.ResourcePaths, options.ReconcileInterval, clock, NotWatched);

        void NotWatched(string path, string reason) => Unwatched(_logger, path, options.ReconcileInterval, reason);

        var folder = new ResourceFolder(options.ResourcePaths, file => HotReload.Check(file, options.AppId));
        var resources = folder.ReadStrictly();
        foreach (var other in resources.OtherThan("Component", "Resiliency", "HTTPEndpoint", "Subscription"))
            NotServed(_logger, $"{other.Source}: kind {other.Kind}");
        var resiliency = new ResiliencyPolicies(
            ResiliencyReader.Read(resources.Of("Resiliency"), options.AppId, what => Overridden(_logger, what)), metrics, clock,
            loggers.CreateLogger("resiliency"));
        var declarations = ComponentReader.Read(resources.Of("Component"));
        foreach (var denied in declarations.Where(configuration.DeniedComponents.Denies)) Denied(_logger, denied.Name, denied.Type);
        using var components = await LoadedComponents.LoadAsync(
            declarations.Where(declaration => !configuration.DeniedComponents.Denies(declaration)), options, metrics, clock, loggers);
        foreach (var name in resiliency.Names) metrics.ResiliencyLoaded(name);
        var endpoints = new HttpEndpointReader(options.AppId, components.Resolver).Read(resources.Of("HTTPEndpoint"));
        var declared = SubscriptionReader.Read(resources.Of("Subscription"), options.AppId);
        using var names = NameRegistry.Open(configuration.NamesConnection ?? DefaultNames(), options, clock);
        using var client = InvocationClients.Create();
        using var external = new ExternalInvocation(endpoints, client);
        var app = new AppChannel(options, client, metrics);
        var readiness = new AppReadiness(options.AppChannelAddress, options.AppPort, options.HealthCheck is not null);
        var invokeApp = new AppInvocation(app, readiness, client, metrics, options.AppId);
        using var subscriptions = new SubscriptionRuntime(
            components.PubSubs, declared, app, readiness, resiliency, options, metrics, clock, loggers.CreateLogger("pubsub"));
        await using var workflowRuntime = new WorkflowRuntime(
            components.ActorStore, options, configuration.Workflow, loggers.CreateLogger("workflow"), clock);
        var workflows = new WorkflowApis(workflowRuntime, options, clock);
        var states = new StateService(components.StateStores, resiliency, metrics, options.AppId);
        var publish = new PublishService(components.PubSubs, resiliency, metrics, options.AppId, clock);
        var configurations = new ConfigurationService(components.ConfigurationStores, resiliency);
        var secrets = new SecretService(components.SecretStores, configuration.SecretScopes, metrics);
        var invocation = new ServiceInvocation(
            options, new RemoteInvocation(options, names, resiliency, client, metrics), invokeApp, external, resiliency);
        var sources = new MetadataSources(options, components, subscriptions, workflowRuntime, external, resiliency);
        var metadata = new MetadataApi(sources);
        var health = new HealthApi(readiness, options.AppId, _shutdown.Draining);
        var api = new PublicApi(
            new RequestGate(options.ApiToken, options.AllowedOrigins),
            configuration.Api,
            components.Uses,
            invocation,
            new StateApi(states),
            new PublishApi(publish),
            new SecretsApi(secrets),
            new ConfigurationApi(configurations, new ConfigurationPush(app, resiliency, loggers.CreateLogger("configuration"))),
            metadata,
            workflows.Http,
            health,
            _shutdown.Begin);

        void AddServices(GrpcRoutes routes)
        {
            workflows.AddTo(routes);
            var dapr = new DaprService(routes, components.Uses);
            new StateGrpcApi(states).AddTo(dapr);
            new PublishGrpcApi(publish).AddTo(dapr);
            new SubscribeGrpcApi(subscriptions).AddTo(dapr);
            new SecretsGrpcApi(secrets).AddTo(dapr);
            new ConfigurationGrpcApi(configurations).AddTo(dapr);
            new InvocationGrpcApi(invocation, options.MaxBodySize).AddTo(dapr);
            new MetadataGrpcApi(metadata, sources, _shutdown.Begin).AddTo(dapr);
        }

        var grpc = new GrpcApi(
            options, configuration.Api, AddServices, loggers.CreateLogger("grpc"), clock, _shutdown.Stopping);
        var fromSidecars = new InvocationFromSidecar(options, names, configuration.Access, invokeApp, metrics);

        await using var internalFace = await HttpFace.StartAsync(
            new ListenTarget("--dapr-internal-grpc-port", [options.HostAddress], options.InternalPort), fromSidecars.HandleAsync, options,
            HeadersOfSidecar, loggers);
        await using var grpcFace = await HttpFace.StartAsync(
            ListenTarget.Api(options, "grpc", options.GrpcPort), grpc.HandleAsync, options, GrpcMetadata, loggers,
            HttpProtocols.Http2);
        GrpcListening(_logger, grpcFace.Address);
        await using var metricsFace = metrics.IsOn
            ? await HttpFace.StartAsync(
                new ListenTarget("--metrics-port", options.MetricsListenAddresses, options.MetricsPort),
                new MetricsApi(metrics).HandleAsync, options, 0, loggers)
            : null;
        if (metricsFace is not null) MetricsListening(_logger, metricsFace.Address);
        await using var healthFace = options.PublicPort is { } publicPort
            ? await HttpFace.StartAsync(
                new ListenTarget("--dapr-public-port", options.PublicListenAddresses, publicPort),
                new HealthPortApi(metadata, health).HandleAsync, options, 0, loggers)
            : null;
        if (healthFace is not null) PublicListening(_logger, healthFace.Address);
        await using var publicFace = await HttpFace.StartAsync(
            ListenTarget.Api(options, "http", options.HttpPort), api.HandleAsync, options, 0, loggers, metrics: metrics);
        Listening(_logger, publicFace.Address, internalFace.Port);
        Running(_logger, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);

        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            watch.Announce();
        });
        components.PubSubLeaves = subscriptions.PauseAsync;
        components.PubSubArrived = subscriptions.ResumeAsync;
        var reload = new HotReload(
            options, folder, resources, configuration.DeniedComponents, components, resiliency, external, subscriptions,
            loggers.CreateLogger("hotreload"));
        Task[] work =
        [
            reload.RunAsync(watch, _shutdown.Draining),
            readiness.RunAsync(_shutdown.Stopping),
            options.HealthCheck is { } check
                ? new AppHealthProbe(check, readiness, app, client, metrics, clock, _logger).RunAsync(_shutdown.Stopping)
                : Task.CompletedTask,
            subscriptions.RunAsync(_shutdown.Draining, _shutdown.Abort),
        ];
        await AnnounceAsync(names, readiness, $"http://{options.HostAddress}:{internalFace.Port}");

        await names.UnregisterAsync();
        await _shutdown.BlockAsync(options.BlockShutdown, options.GracefulShutdown, readiness, clock);
        // Handlers of deliveries still call this sidecar: its ports close after they are done.
        await Task.WhenAll(work);
        await subscriptions.ReleaseAsync();
        HttpFace?[] faces = [publicFace, grpcFace, internalFace, healthFace, metricsFace];
        await Task.WhenAll(faces.Select(face => face?.StopAsync(_shutdown.Abort) ?? Task.CompletedTask));
    }

    public void Dispose() => _shutdown.Dispose();

    private static string DefaultNames()
    {
        if (Environment.GetEnvironmentVariable("MESH_NAMES_CONNECTION") is { Length: > 0 } given) return given;
        var data = Environment.GetEnvironmentVariable("MESH_DATA") is { Length: > 0 } folder ? folder : ".mesh";
        return Path.Combine(data, "names.db");
    }

    /// <summary>Other sidecars see this one only while its app takes calls. Ends when draining begins.</summary>
    private async Task AnnounceAsync(NameRegistry names, AppReadiness readiness, string address)
    {
        if (!readiness.HasApp)
        {
            await _shutdown.UntilDrainingAsync();
            return;
        }

        try
        {
            while (true)
            {
                await readiness.WhenReadyAsync(_shutdown.Draining);
                await names.RegisterAsync(address);
                AppReady(_logger, options.AppPort);
                await readiness.WhenLostAsync(_shutdown.Draining);
                AppLost(_logger, options.AppPort);
                await names.UnregisterAsync();
            }
        }
        catch (OperationCanceledException) when (_shutdown.Draining.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true; // the process ends when it is done, not when the signal says
        _shutdown.Signal();
    }

    [LoggerMessage(30, LogLevel.Information, "HTTP server is running on {Address}, internal port {InternalPort}")]
    private static partial void Listening(ILogger logger, string address, int internalPort);

    [LoggerMessage(36, LogLevel.Information, "gRPC server is running on {Address}")]
    private static partial void GrpcListening(ILogger logger, string address);

    [LoggerMessage(46, LogLevel.Information, "metrics server started on {Address}/")]
    private static partial void MetricsListening(ILogger logger, string address);

    [LoggerMessage(39, LogLevel.Information, "metadata and health are served on {Address}")]
    private static partial void PublicListening(ILogger logger, string address);

    [LoggerMessage(45, LogLevel.Warning, "component {Name} is left out: the type {Type} is denied by the Configuration")]
    private static partial void Denied(ILogger logger, string name, string type);

    [LoggerMessage(31, LogLevel.Information, "dapr initialized. Status: Running. Init Elapsed {Elapsed}ms")]
    private static partial void Running(ILogger logger, long elapsed);

    [LoggerMessage(32, LogLevel.Information, "application discovered on port {Port}")]
    private static partial void AppReady(ILogger logger, int port);

    [LoggerMessage(33, LogLevel.Warning, "application on port {Port} takes no connections; waiting for it")]
    private static partial void AppLost(ILogger logger, int port);

    [LoggerMessage(35, LogLevel.Warning, "not served by the embedded sidecar: {What}")]
    private static partial void NotServed(ILogger logger, string what);

    [LoggerMessage(48, LogLevel.Warning, "{Path} cannot be watched, changes are found every {Interval} only: {Reason}")]
    private static partial void Unwatched(ILogger logger, string path, TimeSpan interval, string reason);

    [LoggerMessage(47, LogLevel.Warning, "{What}")]
    private static partial void Overridden(ILogger logger, string what);
}
