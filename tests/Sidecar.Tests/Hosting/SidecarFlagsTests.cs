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

    [Theory]
    [InlineData("", "app ID cannot be empty")]
    [InlineData("--app-id x --no-such 1", "unknown flag: --no-such")]
    [InlineData("--app-id x --app-port", "flag needs a value: --app-port")]
    [InlineData("--app-id x --app-port http", "--app-port must be a number")]
    [InlineData("--app-id x --app-protocol grpc", "--app-protocol 'grpc'")]
    [InlineData("--app-id x stray", "unexpected argument: stray")]
    [InlineData("--app-id x --max-body-size many", "--max-body-size must be a size")]
    [InlineData("--app-id x --dapr-listen-addresses here", "--dapr-listen-addresses: 'here' is not an IP address")]
    public void A_wrong_flag_is_one_clear_error(string line, string message)
    {
        var error = Assert.Throws<StartupException>(
            () => SidecarFlags.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), _ => null));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
