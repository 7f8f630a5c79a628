using McpMesh.Sidecar.Hosting;

namespace McpMesh.Sidecar.Tests.Hosting;

public sealed class SidecarFlagsTests
{
    [Theory]
    [InlineData("--app-id x --app-port 80 --dapr-http-port 3501")]
    [InlineData("-app-id=x -app-port=80 -dapr-http-port=3501")]
    [InlineData("run --app-id x -app-port 80 --dapr-http-port=3501 --enable-metrics=false --enable-mtls --metrics-port 9091")]
    public void Daprd_and_cli_forms_mean_the_same(string line)
    {
        var options = SidecarFlags.Parse(line.Split(' '), _ => null);
        Assert.Equal(("x", 80, 3501), (options.AppId, options.AppPort, options.HttpPort));
    }

    [Fact]
    public void Sizes_paths_and_environment_are_read()
    {
        string[] line = [
            "--app-id", "x", "--resources-path", "a", "--resources-path", "b", "--max-body-size", "8Mi", "--read-buffer-size=64Ki"];
        var options = SidecarFlags.Parse(line, name => name == "DAPR_API_TOKEN" ? "t" : null);
        Assert.Equal(["a", "b"], options.ResourcePaths);
        Assert.Equal((8 << 20, 64 << 10, "t"), ((int)options.MaxBodySize, options.ReadBufferSize, options.ApiToken));
    }

    [Fact]
    public void The_run_form_has_short_flags_and_takes_free_ports()
    {
        var options = SidecarFlags.Parse("run -a x -p 80 -P h2c -d res -c conf -M 9091 -I 7 -u /tmp/s".Split(' '), _ => null);
        Assert.Equal(("x", 80, "h2c", 0, 0), (options.AppId, options.AppPort, options.AppProtocol, options.HttpPort, options.GrpcPort));
        Assert.Equal((9091, 7, "/tmp/s"), (options.MetricsPort, options.InternalPort, options.UnixSocketFolder));
        Assert.Equal(["res"], options.ResourcePaths);
        Assert.Equal(["conf"], options.ConfigPaths);
        Assert.Equal(4000, SidecarFlags.Parse("run --app-id x -H=4000".Split(' '), _ => null).HttpPort);
    }

    [Fact]
    public void Health_checks_have_daprd_s_defaults_and_are_off_without_the_switch()
    {
        Assert.Null(SidecarFlags.Parse("--app-id x --app-port 80 --app-health-check-path /h".Split(' '), _ => null).HealthCheck);
        Assert.Null(SidecarFlags.Parse("--app-id x --enable-app-health-check".Split(' '), _ => null).HealthCheck);
        var check = SidecarFlags.Parse("--app-id x --app-port 80 --enable-app-health-check".Split(' '), _ => null).HealthCheck;
        Assert.Equal(new("/healthz", TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(500), 3), check);
    }

    [Fact]
    public void Daprd_s_older_size_flags_are_read()
    {
        var options = SidecarFlags.Parse(
            "--app-id x --dapr-http-max-request-size 8 --dapr-http-read-buffer-size 64 --disable-init-endpoints subscribe".Split(' '),
            _ => null);
        Assert.Equal((8L << 20, 64 << 10, false), (options.MaxBodySize, options.ReadBufferSize, options.AsksForSubscriptions));
    }

    [Theory]
    [InlineData("", "app ID cannot be empty")]
    [InlineData("--app-id x --no-such 1", "unknown flag: --no-such")]
    [InlineData("--app-id x --app-port", "flag needs a value: --app-port")]
    [InlineData("--app-id x --app-port http", "--app-port must be a number")]
    [InlineData("--app-id x --app-protocol grpc", "--app-protocol 'grpc'")]
    [InlineData("--app-id x stray", "unexpected argument: stray")]
    [InlineData("--app-id x --max-body-size many", "--max-body-size must be a size")]
    [InlineData("--app-id x --dapr-listen-addresses here", "--dapr-listen-addresses: 'here' is not an IP address")]
    [InlineData("--app-id x --enable-metrics=perhaps", "--enable-metrics must be true or false, not 'perhaps'")]
    [InlineData("--app-id x --dapr-block-shutdown-duration soon", "--dapr-block-shutdown-duration must be a duration such as 30s")]
    [InlineData("--app-id x --disable-init-endpoints subscribe,all", "--disable-init-endpoints: 'all' is none of config, subscribe")]
    [InlineData("--app-id x --app-port 80 --enable-app-health-check --app-health-probe-interval 1 --app-health-probe-timeout 1001",
        "--app-health-probe-timeout must be smaller than --app-health-probe-interval")]
    [InlineData("--app-id x -H 3500", "unknown flag: --H")]
    [InlineData("run --app-id x -- dotnet run", "run: this sidecar starts no app; leave \"--\" and the command out")]
    [InlineData("run -f dapr.yaml", "--run-file: this sidecar runs one app's sidecar")]
    [InlineData("run -k", "--kubernetes: this sidecar runs on this machine only")]
    public void A_wrong_flag_is_one_clear_error(string line, string message)
    {
        var error = Assert.Throws<StartupException>(
            () => SidecarFlags.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), _ => null));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
