using System.Globalization;
using System.Text.RegularExpressions;

namespace McpMesh.Interop.Dapr;

/// <summary>Dapr's JavaScript SDK, written by others for daprd, must find nothing missing in the embedded sidecar.</summary>
public sealed partial class DaprSdkTests
{
    [Fact]
    public async Task Its_client_over_http() => await ClientAsync("http");

    [Fact]
    public async Task Its_client_over_grpc() => await ClientAsync("grpc");

    [Fact]
    public async Task Its_server()
    {
        await using var sidecars = await DaprPair.StartAsync();
        await PassAsync(sidecars, "server", 10);
    }

    [Fact]
    public async Task Its_workflows()
    {
        await using var sidecars = await DaprPair.StartAsync();
        await PassAsync(sidecars, "workflow", 16);
    }

    private static async Task ClientAsync(string protocol)
    {
        await using var sidecars = await DaprPair.StartAsync();
        await PassAsync(sidecars, "client", 18, ("DAPR_CLIENT", protocol));
        Assert.Equal(0, await sidecars.Caller.ExitAsync());
    }

    private static async Task PassAsync(DaprPair sidecars, string suite, int tests, params (string Name, string Value)[] more)
    {
        var node = await NodePackages.InstallAsync();
        var environment = new Dictionary<string, string>(sidecars.Environment);
        foreach (var (name, value) in more) environment[name] = value;

        var (exitCode, output) = await node.TestAsync($"Dapr/{suite}.test.mjs", environment);

        Assert.True(exitCode == 0, $"{output}\nThe app's sidecar:\n{sidecars.App.Log}\nThe caller's sidecar:\n{sidecars.Caller.Log}");
        Assert.Equal(tests, int.Parse(PassPattern().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^# pass (\d+)", RegexOptions.Multiline)]
    private static partial Regex PassPattern();
}
