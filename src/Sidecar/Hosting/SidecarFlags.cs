namespace McpMesh.Sidecar.Hosting;

/// <summary>
/// daprd's command line, and <c>run …</c> as the Dapr CLI has it: one or two dashes, value after '=' or a space. What daprd knows and this
/// sidecar has no use for is accepted; what neither knows is an error.
/// </summary>
internal static class SidecarFlags
{
    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal)
    {
        "enable-metrics", "enable-profiling", "enable-mtls", "enable-api-logging", "log-as-json", "app-ssl", "enable-app-health-check",
        "disable-builtin-k8s-secret-store", "kubernetes",
    };

    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "dapr-internal-grpc-listen-address", "profile-port", "enable-profiling", "placement-host-address", "scheduler-host-address",
        "scheduler-job-streams", "enable-mtls", "sentry-address", "control-plane-address", "control-plane-trust-domain",
        "control-plane-namespace", "sentry-request-jwt-audiences", "enable-api-logging", "actors-disseminate-timeout",
        "mode", "disable-builtin-k8s-secret-store", "app-binding-options-timeout", "reminders-service",
        "actors-service",
    };

    /// <exception cref="StartupException">A flag is unknown, lacks its value, or its value is wrong.</exception>
    public static SidecarOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var isRun = arguments is ["run", ..];
        var options = new SidecarOptions
        {
            AppId = environment("APP_ID") ?? "",
            ApiToken = NullIfEmpty(environment("DAPR_API_TOKEN")),
            AppApiToken = NullIfEmpty(environment("APP_API_TOKEN")),
            Namespace = NullIfEmpty(environment("NAMESPACE")) ?? "default",
            HasNamespace = NullIfEmpty(environment("NAMESPACE")) is not null,
            HostAddress = NullIfEmpty(environment("DAPR_HOST_IP")) ?? "127.0.0.1",
        };
        // Like the Dapr CLI, the run form takes whatever ports are free.
        if (isRun) options = options with { HttpPort = 0, GrpcPort = 0 };
        for (var i = isRun ? 1 : 0; i < arguments.Count; i++)
        {
            if (isRun && arguments[i] == "--")
                throw new StartupException("run: this sidecar starts no app; leave \"--\" and the command out, and start the app yourself");
            var (name, value) = SplitFlag(isRun ? CliFlags.Expand(arguments[i]) : arguments[i]);
            if (isRun) CliFlags.Refuse(name);
            if (Switches.Contains(name))
            {
                value ??= "true";
            }
            else if (value is null)
            {
                if (++i == arguments.Count) throw new StartupException($"flag needs a value: --{name}");
                value = arguments[i];
            }

            options = Apply(options, new FlagValue(name, value));
        }

        if (options.HealthCheck is { } check && check.Timeout > check.Interval)
            throw new StartupException("--app-health-probe-timeout must be smaller than --app-health-probe-interval");
        return options.AppId.Length > 0 ? options : throw new StartupException("app ID cannot be empty: give --app-id");
    }

    private static (string Name, string? Value) SplitFlag(string argument)
    {
        var name = argument.TrimStart('-');
        var dashes = argument.Length - name.Length;
        if (dashes is 0 or > 2 || name.Length == 0) throw new StartupException($"unexpected argument: {argument}");
        var equals = name.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (name, null) : (name[..equals], name[(equals + 1)..]);
    }

    private static SidecarOptions Apply(SidecarOptions options, FlagValue value) => value.Name switch
    {
        "app-id" => options with { AppId = value.Text },
        "app-port" => options with { AppPort = value.Port },
        "app-protocol" => options with { AppProtocol = value.Protocol },
        "app-ssl" => value.Switch ? options with { AppProtocol = "https" } : options,
        "app-channel-address" => options with { AppChannelAddress = value.Text },
        "app-max-concurrency" => options with { AppMaxConcurrency = value.Number(-1, 1_000_000) },
        "enable-app-health-check" => options with { EnableAppHealthCheck = value.Switch },
        "app-health-check-path" => options with { AppHealthCheckPath = "/" + value.Text.TrimStart('/') },
        "app-health-probe-interval" => options with { AppHealthProbeInterval = value.Number(0, 86_400) },
        "app-health-probe-timeout" => options with { AppHealthProbeTimeout = value.Number(0, 86_400_000) },
        "app-health-threshold" => options with { AppHealthThreshold = value.Number(0, int.MaxValue) },
        "dapr-http-port" => options with { HttpPort = value.Port },
        "dapr-grpc-port" => options with { GrpcPort = value.Port },
        "dapr-internal-grpc-port" => options with { InternalPort = value.Port },
        "dapr-listen-addresses" => options with { ListenAddresses = value.Addresses },
        "dapr-public-port" => options with { PublicPort = value.Text.Length > 0 ? value.Number(0, 65535) : null },
        "dapr-public-listen-address" => options with { PublicListenAddresses = value.Addresses },
        "unix-domain-socket" => options with { UnixSocketFolder = NullIfEmpty(value.Text) },
        "allowed-origins" => options with { AllowedOrigins = value.List },
        "resources-path" or "components-path" or "resources-paths" =>
            options with { ResourcePaths = [.. options.ResourcePaths, .. value.List] },
        "config" => options with { ConfigPaths = [.. options.ConfigPaths, .. value.List] },
        "max-body-size" => options with { MaxBodySize = value.Size },
        "dapr-http-max-request-size" => options with { MaxBodySize = (long)value.Number(1, 1 << 20) << 20 },
        "read-buffer-size" => options with { ReadBufferSize = (int)Math.Min(value.Size, 16 << 20) },
        "dapr-http-read-buffer-size" => options with { ReadBufferSize = value.Number(1, 16 << 10) << 10 },
        "disable-init-endpoints" => options with { AsksForSubscriptions = !value.ListOf("config", "subscribe").Contains("subscribe") },
        "enable-metrics" => options with { EnableMetrics = value.Switch },
        "metrics-port" => options with { MetricsPort = value.Port },
        "metrics-listen-address" => options with { MetricsListenAddresses = value.Text.Length > 0 ? value.Addresses : ["127.0.0.1"] },
        "dapr-graceful-shutdown-seconds" => options with { GracefulShutdown = value.Seconds },
        "dapr-block-shutdown-duration" => options with { BlockShutdown = value.Duration },
        "hot-reload-reconcile-interval" =>
            options with { ReconcileInterval = value.Duration > TimeSpan.Zero ? value.Duration : options.ReconcileInterval },
        "log-level" => options with { LogLevel = value.LogLevel },
        "log-as-json" => options with { LogAsJson = value.Switch },
        _ when WithoutEffect.Contains(value.Name) => options,
        _ => throw new StartupException($"unknown flag: --{value.Name}"),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
