using Aspire.Hosting.ApplicationModel;

namespace CommunityToolkit.Aspire.Hosting.Dapr;

/// <summary>The command line <c>run …</c> of a sidecar, in the form of the Dapr CLI.</summary>
internal static class SidecarCommandLine
{
    public static void Add(IList<object> args, DaprSidecarOptions options, IResource application, string directory)
    {
        args.Add("run");
        Option(args, "--app-id", options.AppId ?? application.Name);
        Option(args, "--app-health-check-path", options.AppHealthCheckPath);
        Option(args, "--config", FullPath(options.Config, directory));
        Option(args, "--max-body-size", options.DaprMaxBodySize);
        Option(args, "--read-buffer-size", options.DaprReadBufferSize);
        Option(args, "--dapr-listen-addresses", options.DaprListenAddresses);
        if (options.EnableAppHealthCheck == true) args.Add("--enable-app-health-check");
        Option(args, "--log-level", options.LogLevel);
        Option(args, "--placement-host-address", options.PlacementHostAddress);
        Option(args, "--scheduler-host-address", options.SchedulerHostAddress);
        foreach (var path in options.ResourcesPaths.Order(StringComparer.Ordinal))
            Option(args, "--resources-path", FullPath(path, directory));

        var endpoint = ApplicationEndpoint(options, application);
        Option(args, "--app-port", (object?)options.AppPort ?? Of(endpoint, EndpointProperty.Port));
        Option(args, "--app-channel-address", (object?)options.AppChannelAddress ?? Of(endpoint, EndpointProperty.Host));
        Option(args, "--app-protocol", options.AppProtocol ?? endpoint?.Scheme);
    }

    public static void AddPorts(IList<object> args, EndpointReference http, EndpointReference grpc, EndpointReference metrics)
    {
        Option(args, "--dapr-grpc-port", grpc.Property(EndpointProperty.TargetPort));
        Option(args, "--dapr-http-port", http.Property(EndpointProperty.TargetPort));
        Option(args, "--metrics-port", metrics.Property(EndpointProperty.TargetPort));
    }

    private static EndpointReference? ApplicationEndpoint(DaprSidecarOptions options, IResource application)
    {
        if (application is not IResourceWithEndpoints listening) return null;
        var endpoint = new EndpointReference(listening, options.AppEndpoint ?? options.AppProtocol ?? "http");
        return endpoint.Exists ? endpoint : null;
    }

    private static PairedEndpointExpression? Of(EndpointReference? endpoint, EndpointProperty property) =>
        endpoint is null ? null : new PairedEndpointExpression(endpoint, property);

    private static string? FullPath(string? path, string directory) =>
        path is null ? null : Path.GetFullPath(Path.Combine(directory, path));

    private static void Option(IList<object> args, string name, object? value)
    {
        if (value is null) return;
        args.Add(name);
        args.Add(value);
    }
}
