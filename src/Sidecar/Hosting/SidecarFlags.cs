using System.Globalization;
using System.Net;

namespace McpMesh.Sidecar.Hosting;

/// <summary>
/// daprd's command line, and <c>run …</c> as the Dapr CLI has it: one or two dashes, value after '=' or a space. What daprd knows and this
/// sidecar has no use for is accepted; what neither knows is an error.
/// </summary>
internal static class SidecarFlags
{
    public const string Help = """
        McpMesh.Sidecar: the embedded sidecar, with the flags of daprd (and of "dapr run" after the word run).

          --app-id X                         required
          --app-port N                       where the app listens (none: a process that only calls)
          --app-protocol http|https|h2c      default http
          --app-channel-address A            default 127.0.0.1
          --app-max-concurrency N            default -1, no limit
          --dapr-http-port N                 default 3500; 0 takes a free port
          --dapr-grpc-port N                 default 50001; 0 takes a free port
          --dapr-internal-grpc-port N        port for other sidecars (spoken in HTTP), default free
          --dapr-listen-addresses A[,B]      default 127.0.0.1
          --resources-path D                 repeatable; folder of component files
          --config F                         repeatable; Configuration file
          --max-body-size 4Mi  --read-buffer-size 4Ki
          --dapr-graceful-shutdown-seconds 5
          --log-level info   --log-as-json   --version

        Environment: DAPR_API_TOKEN, APP_API_TOKEN, NAMESPACE, DAPR_HOST_IP, MESH_NAMES_CONNECTION (default $MESH_DATA/names.db).
        Accepted without effect: metrics, profiling, placement, scheduler, Sentry and hot-reload flags.
        """;

    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal)
    {
        "enable-metrics", "enable-profiling", "enable-mtls", "enable-api-logging", "log-as-json", "app-ssl",
    };

    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "dapr-internal-grpc-listen-address", "metrics-port", "metrics-listen-address", "enable-metrics",
        "profile-port", "enable-profiling", "placement-host-address", "scheduler-host-address", "scheduler-job-streams",
        "enable-mtls", "sentry-address", "control-plane-trust-domain", "control-plane-namespace", "sentry-request-jwt-audiences",
        "dapr-block-shutdown-duration", "enable-api-logging", "disable-init-endpoints", "actors-disseminate-timeout",
        "hot-reload-reconcile-interval", "mode", "allowed-origins",
    };

    /// <exception cref="StartupException">A flag is unknown, lacks its value, or its value is wrong.</exception>
    public static SidecarOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var options = new SidecarOptions
        {
            AppId = environment("APP_ID") ?? "",
            ApiToken = NullIfEmpty(environment("DAPR_API_TOKEN")),
            AppApiToken = NullIfEmpty(environment("APP_API_TOKEN")),
            Namespace = NullIfEmpty(environment("NAMESPACE")) ?? "default",
            HasNamespace = NullIfEmpty(environment("NAMESPACE")) is not null,
            HostAddress = NullIfEmpty(environment("DAPR_HOST_IP")) ?? "127.0.0.1",
        };
        for (var i = arguments is ["run", ..] ? 1 : 0; i < arguments.Count; i++)
        {
            var (name, value) = SplitFlag(arguments[i]);
            if (Switches.Contains(name))
            {
                value ??= "true";
            }
            else if (value is null)
            {
                if (++i == arguments.Count) throw new StartupException($"flag needs a value: --{name}");
                value = arguments[i];
            }

            options = Apply(options, name, value);
        }

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

    private static SidecarOptions Apply(SidecarOptions options, string name, string value) => name switch
    {
        "app-id" => options with { AppId = value },
        "app-port" => options with { AppPort = Port(name, value) },
        "app-protocol" => options with { AppProtocol = Protocol(value) },
        "app-ssl" => value == "true" ? options with { AppProtocol = "https" } : options,
        "app-channel-address" => options with { AppChannelAddress = value },
        "app-max-concurrency" => options with { AppMaxConcurrency = Number(name, value, -1, 1_000_000) },
        "dapr-http-port" => options with { HttpPort = Port(name, value) },
        "dapr-grpc-port" => options with { GrpcPort = Port(name, value) },
        "dapr-internal-grpc-port" => options with { InternalPort = Port(name, value) },
        "dapr-listen-addresses" => options with { ListenAddresses = Addresses(value) },
        "resources-path" or "components-path" or "resources-paths" =>
            options with { ResourcePaths = [.. options.ResourcePaths, .. Paths(value)] },
        "config" => options with { ConfigPaths = [.. options.ConfigPaths, .. Paths(value)] },
        "max-body-size" => options with { MaxBodySize = Size(name, value) },
        "read-buffer-size" => options with { ReadBufferSize = (int)Math.Min(Size(name, value), 16 << 20) },
        "dapr-graceful-shutdown-seconds" => options with { GracefulShutdown = TimeSpan.FromSeconds(Number(name, value, 0, 3600)) },
        "log-level" => options with { LogLevel = Level(value) },
        "log-as-json" => options with { LogAsJson = value == "true" },
        _ when WithoutEffect.Contains(name) => options,
        _ => throw new StartupException($"unknown flag: --{name}"),
    };

    private static string[] Paths(string value) => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] Addresses(string value)
    {
        var addresses = Paths(value);
        foreach (var address in addresses)
        {
            if (!IPAddress.TryParse(address.Trim('[', ']'), out _) && address != "localhost")
                throw new StartupException($"--dapr-listen-addresses: '{address}' is not an IP address");
        }

        return addresses.Length > 0 ? addresses : throw new StartupException("--dapr-listen-addresses is empty");
    }

    private static string Protocol(string value) => value is "http" or "https" or "h2c"
        ? value
        : throw new StartupException($"--app-protocol '{value}': this sidecar speaks http, https and h2c to apps");

    private static int Port(string name, string value) => Math.Max(0, Number(name, value, -1, 65535));

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
        && number <= most
            ? number
            : throw new StartupException($"--{name} must be a number from {least} to {most}, not '{value}'");

    private static long Size(string name, string value) =>
        ByteQuantity.TryParse(value, out var bytes)
            ? bytes
            : throw new StartupException($"--{name} must be a size such as 4Mi, not '{value}'");

    private static LogLevel Level(string value) => value switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => throw new StartupException($"--log-level must be debug, info, warn, error or fatal, not '{value}'"),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
