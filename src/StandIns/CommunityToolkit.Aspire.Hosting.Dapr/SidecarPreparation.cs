using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Execution;
using Microsoft.Extensions.Options;

namespace CommunityToolkit.Aspire.Hosting.Dapr;

/// <summary>Adds a process <c>{resource}-dapr-cli</c> for every resource with a sidecar: one per replica, paired by number.</summary>
internal sealed class SidecarPreparation(IOptions<DaprOptions> options, SidecarHost host) : IModelPreparation
{
    public void Prepare(DistributedApplicationModel model)
    {
        foreach (var resource in model.Resources.ToArray())
        {
            if (resource.Annotations.OfType<DaprSidecarAnnotation>().LastOrDefault() is { } annotation)
            {
                model.Resources.Add(Sidecar(resource, annotation.Sidecar));
            }
        }
    }

    private ExecutableResource Sidecar(IResource application, IDaprSidecarResource sidecar)
    {
        var settings = sidecar.Annotations.OfType<DaprSidecarOptionsAnnotation>().LastOrDefault()?.Options ?? new();
        var cli = new ExecutableResource($"{sidecar.Name}-cli", options.Value.DaprPath ?? DaprCli.Locate(), host.Directory);
        foreach (var wait in application.Annotations.OfType<WaitAnnotation>()) cli.Annotations.Add(wait);
        foreach (var replicas in application.Annotations.OfType<ReplicaAnnotation>()) cli.Annotations.Add(replicas);

        var grpc = Endpoint(cli, "grpc", settings.DaprGrpcPort);
        var http = Endpoint(cli, "http", settings.DaprHttpPort);
        var metrics = Endpoint(cli, "metrics", settings.MetricsPort);
        if (application is IResourceWithEnvironment) AddApplicationEnvironment(application, http, grpc);

        cli.Annotations.Add(new CommandLineArgsCallbackAnnotation(context =>
        {
            SidecarCommandLine.Add(context.Args, settings, application, host.Directory);
            SidecarCommandLine.AddPorts(context.Args, http, grpc, metrics);
            return Task.CompletedTask;
        }));
        foreach (var environment in sidecar.Annotations.OfType<EnvironmentCallbackAnnotation>()) cli.Annotations.Add(environment);
        if (options.Value.EnableTelemetry == false) cli.Annotations.Add(new EnvironmentCallbackAnnotation(WithoutTelemetry));
        cli.Annotations.Add(new HttpHealthProbeAnnotation(http, "/v1.0/healthz", 204));
        cli.Annotations.Add(new StopsAfterAnnotation(application));
        return cli;
    }

    private static EndpointReference Endpoint(ExecutableResource cli, string name, int? port)
    {
        cli.Annotations.Add(new EndpointAnnotation(ProtocolType.Tcp, uriScheme: "http", name: name, port: port, isProxied: false)
        {
            TargetHost = "127.0.0.1",
        });
        return new EndpointReference(cli, name);
    }

    private static void AddApplicationEnvironment(IResource application, EndpointReference http, EndpointReference grpc) =>
        application.Annotations.Add(new EnvironmentCallbackAnnotation(context =>
        {
            context.EnvironmentVariables.TryAdd("DAPR_HTTP_PORT", new PairedEndpointExpression(http, EndpointProperty.Port));
            context.EnvironmentVariables.TryAdd("DAPR_GRPC_PORT", new PairedEndpointExpression(grpc, EndpointProperty.Port));
            context.EnvironmentVariables.TryAdd("DAPR_HTTP_ENDPOINT", new PairedEndpointExpression(http, EndpointProperty.Url));
            context.EnvironmentVariables.TryAdd("DAPR_GRPC_ENDPOINT", new PairedEndpointExpression(grpc, EndpointProperty.Url));
        }));

    private static void WithoutTelemetry(EnvironmentCallbackContext context)
    {
        foreach (var name in context.EnvironmentVariables.Keys.Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
        {
            context.EnvironmentVariables.Remove(name);
        }
    }
}
