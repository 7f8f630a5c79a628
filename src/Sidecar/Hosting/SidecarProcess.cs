using System.Diagnostics;
using System.Runtime.InteropServices;
using McpMesh.Grpc.Server;
using McpMesh.Sidecar.Components;
using McpMesh.Sidecar.Grpc;
using McpMesh.Sidecar.Health;
using McpMesh.Sidecar.Invocation;
using McpMesh.Sidecar.Metadata;
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

    private readonly ILogger _logger = loggers.CreateLogger("sidecar");
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Runs until SIGTERM, SIGINT or <c>/v1.0/shutdown</c>.</summary>
    /// <exception cref="StartupException">Something of the configuration cannot be served.</exception>
    public async Task RunAsync()
    {
        var started = Stopwatch.GetTimestamp();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        var configuration = MeshConfiguration.Read(options.ConfigPaths);
        var resources = MeshResources.Read(options.ResourcePaths);
        foreach (var other in resources.OtherThan("Component", "Resiliency", "HTTPEndpoint", "Subscription"))
            NotServed(_logger, $"{other.Source}: kind {other.Kind}");
        var resiliency = new ResiliencyPolicies(
            ResiliencyReader.Read(resources.Of("Resiliency"), options.AppId, what => Overridden(_logger, what)), clock,
            loggers.CreateLogger("resiliency"));
        using var components = await LoadedComponents.LoadAsync(
            ComponentReader.Read(resources.Of("Component")), options, clock, loggers);
        var endpoints = new HttpEndpointReader(options.AppId, components.Resolver).Read(resources.Of("HTTPEndpoint"));
        var declared = SubscriptionReader.Read(resources.Of("Subscription"), options.AppId);
        using var names = NameRegistry.Open(configuration.NamesConnection ?? DefaultNames(), options, clock);
        using var client = InvocationClients.Create();
        using var external = new ExternalInvocation(endpoints, client);
        var app = new AppChannel(options, client);
        var readiness = new AppReadiness(options.AppChannelAddress, options.AppPort);
        var invokeApp = new AppInvocation(app, readiness, client, options.AppMaxConcurrency, options.AppId);
        var subscriptions = new SubscriptionRuntime(
            components.PubSubs, declared, app, readiness, resiliency, options.AppId, clock, loggers.CreateLogger("pubsub"));
        await using var workflowRuntime = new WorkflowRuntime(
            components.ActorStore, options, configuration.Workflow, loggers.CreateLogger("workflow"), clock);
        var workflows = new WorkflowApis(workflowRuntime, options, clock);
        var states = new StateService(components.StateStores, resiliency, options.AppId);
        var publish = new PublishService(components.PubSubs, resiliency, options.AppId, clock);
        var secrets = new SecretService(components.SecretStores, configuration.SecretScopes);
        var invocation = new ServiceInvocation(
            options, new RemoteInvocation(options, names, resiliency, client), invokeApp, external, resiliency);
        var metadata = new MetadataApi(options, components.Descriptions, subscriptions, workflowRuntime);
        var api = new PublicApi(
            options.ApiToken,
            invocation,
            new StateApi(states),
            new PublishApi(publish),
            new SecretsApi(secrets),
            metadata,
            workflows.Http,
            new HealthApi(readiness, options.AppId),
            _stop.Cancel);

        void AddServices(GrpcRoutes routes)
        {
            workflows.AddTo(routes);
            var dapr = new DaprService(routes);
            new StateGrpcApi(states).AddTo(dapr);
            new PublishGrpcApi(publish).AddTo(dapr);
            new SubscribeGrpcApi(subscriptions).AddTo(dapr);
            new SecretsGrpcApi(secrets).AddTo(dapr);
            new InvocationGrpcApi(invocation, options.MaxBodySize).AddTo(dapr);
            new MetadataGrpcApi(metadata, options, components.Descriptions, subscriptions, workflowRuntime, _stop.Cancel).AddTo(dapr);
        }

        var grpc = new GrpcApi(options, AddServices, loggers.CreateLogger("grpc"), clock, _stop.Token);
        var fromSidecars = new InvocationFromSidecar(options, names, configuration.Access, invokeApp);

        await using var internalFace = await HttpFace.StartAsync(
            [options.HostAddress], options.InternalPort, "--dapr-internal-grpc-port", fromSidecars.HandleAsync, options,
            HeadersOfSidecar, loggers);
        await using var grpcFace = await HttpFace.StartAsync(
            options.ListenAddresses, options.GrpcPort, "--dapr-grpc-port", grpc.HandleAsync, options, 0, loggers, HttpProtocols.Http2);
        GrpcListening(_logger, options.ListenAddresses[0], grpcFace.Port);
        await using var publicFace = await HttpFace.StartAsync(
            options.ListenAddresses, options.HttpPort, "--dapr-http-port", api.HandleAsync, options, 0, loggers);
        Listening(_logger, options.ListenAddresses[0], publicFace.Port, internalFace.Port);
        Running(_logger, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);

        using var abort = new CancellationTokenSource();
        Task[] work =
        [
            readiness.RunAsync(_stop.Token),
            AnnounceAsync(names, readiness, $"http://{options.HostAddress}:{internalFace.Port}"),
            subscriptions.RunAsync(_stop.Token, abort.Token),
        ];
        await UntilStoppedAsync();

        Stopping(_logger, options.GracefulShutdown.TotalSeconds);
        using var grace = new CancellationTokenSource(options.GracefulShutdown);
        using var onGrace = grace.Token.Register(abort.Cancel);
        await names.UnregisterAsync();
        // Handlers of deliveries still call this sidecar: its ports close after they are done.
        await Task.WhenAll(work);
        await subscriptions.ReleaseAsync();
        await Task.WhenAll(publicFace.StopAsync(grace.Token), grpcFace.StopAsync(grace.Token), internalFace.StopAsync(grace.Token));
    }

    public void Dispose() => _stop.Dispose();

    private static string DefaultNames()
    {
        if (Environment.GetEnvironmentVariable("MESH_NAMES_CONNECTION") is { Length: > 0 } given) return given;
        var data = Environment.GetEnvironmentVariable("MESH_DATA") is { Length: > 0 } folder ? folder : ".mesh";
        return Path.Combine(data, "names.db");
    }

    // Other sidecars see this one only while its app takes connections.
    private async Task AnnounceAsync(NameRegistry names, AppReadiness readiness, string address)
    {
        if (!readiness.HasApp) return;
        try
        {
            while (true)
            {
                await readiness.WhenReadyAsync(_stop.Token);
                await names.RegisterAsync(address);
                AppReady(_logger, options.AppPort);
                await readiness.WhenLostAsync(_stop.Token);
                AppLost(_logger, options.AppPort);
                await names.UnregisterAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The sidecar stops.
        }
    }

    private async Task UntilStoppedAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _stop.Token.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true; // the process ends when it is done, not when the signal says
        _stop.Cancel();
    }

    [LoggerMessage(30, LogLevel.Information, "HTTP server is running on {Address}:{Port}, internal port {InternalPort}")]
    private static partial void Listening(ILogger logger, string address, int port, int internalPort);

    [LoggerMessage(36, LogLevel.Information, "gRPC server is running on {Address}:{Port}")]
    private static partial void GrpcListening(ILogger logger, string address, int port);

    [LoggerMessage(31, LogLevel.Information, "dapr initialized. Status: Running. Init Elapsed {Elapsed}ms")]
    private static partial void Running(ILogger logger, long elapsed);

    [LoggerMessage(32, LogLevel.Information, "application discovered on port {Port}")]
    private static partial void AppReady(ILogger logger, int port);

    [LoggerMessage(33, LogLevel.Warning, "application on port {Port} takes no connections; waiting for it")]
    private static partial void AppLost(ILogger logger, int port);

    [LoggerMessage(34, LogLevel.Information, "stopping; requests and deliveries under way get {Seconds} s")]
    private static partial void Stopping(ILogger logger, double seconds);

    [LoggerMessage(35, LogLevel.Warning, "not served by the embedded sidecar: {What}")]
    private static partial void NotServed(ILogger logger, string what);

    [LoggerMessage(36, LogLevel.Warning, "{What}")]
    private static partial void Overridden(ILogger logger, string what);
}
